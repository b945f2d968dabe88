/** {@code ioengine=device}: jobs on a bare device, without the chunk engine in between. */
package io.luciola.fio.engine.device;
