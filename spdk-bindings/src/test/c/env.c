/* The stand-in's environment: memory, log level, and the bad manners of the real one. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "standin.h"

#define MAX_RANGES 4096
#define REGISTRATION_UNIT (2ul << 20)

struct range {
	uintptr_t start;
	size_t length;
	bool allocated;
};

static struct range ranges[MAX_RANGES];
static int range_count;
static long allocated_bytes;
static pthread_mutex_t ranges_lock = PTHREAD_MUTEX_INITIALIZER;

static void on_sigbus(int signal)
{
	(void)signal;
	abort();
}

/* Takes SIGBUS as it is loaded, as the real one does. */
__attribute__((constructor)) static void take_sigbus(void)
{
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	action.sa_handler = on_sigbus;
	sigaction(SIGBUS, &action, NULL);
}

void spdk_env_opts_init(struct env_options *options)
{
	size_t size = options->opts_size;

	memset(options, 0, sizeof(*options));
	options->opts_size = size;
	options->name = "spdk";
	options->core_mask = "0x1";
	options->shm_id = -1;
	options->mem_channel = -1;
	options->main_core = -1;
	options->mem_size = -1;
	options->base_virtaddr = 0x200000000000ul;
}

int spdk_env_init(const struct env_options *options)
{
	cpu_set_t one;

	last_env_options = *options;
	if (env_init_result != 0) {
		return (int)env_init_result;
	}
	/* Binds the thread to one processor, as the real one does. */
	CPU_ZERO(&one);
	CPU_SET(options->core_mask[0] == '[' ? atoi(options->core_mask + 1) : 0, &one);
	sched_setaffinity(0, sizeof(one), &one);
	return 0;
}

void spdk_env_fini(void)
{
	env_init_result = -EALREADY;
}

static int find(uintptr_t start)
{
	int i = 0;

	while (i < range_count && ranges[i].start != start) {
		i++;
	}
	return i;
}

static int add(uintptr_t start, size_t length, bool allocated)
{
	int i, result = 0;

	pthread_mutex_lock(&ranges_lock);
	for (i = 0; i < range_count; i++) {
		if (start < ranges[i].start + ranges[i].length && ranges[i].start < start + length) {
			result = -EBUSY;
		}
	}
	if (range_count == MAX_RANGES) {
		result = -ENOMEM;
	}
	if (result == 0) {
		ranges[range_count++] = (struct range){ start, length, allocated };
	}
	pthread_mutex_unlock(&ranges_lock);
	return result;
}

static bool take_out(uintptr_t start, size_t *length, bool allocated)
{
	bool found;
	int i;

	pthread_mutex_lock(&ranges_lock);
	i = find(start);
	found = i < range_count && ranges[i].allocated == allocated;
	if (found) {
		*length = ranges[i].length;
		ranges[i] = ranges[--range_count];
	}
	pthread_mutex_unlock(&ranges_lock);
	return found;
}

bool memory_is_reachable(const void *address, size_t length)
{
	uintptr_t start = (uintptr_t)address;
	bool found = false;
	int i;

	pthread_mutex_lock(&ranges_lock);
	for (i = 0; i < range_count; i++) {
		if (start >= ranges[i].start &&
		    start + length <= ranges[i].start + ranges[i].length) {
			found = true;
		}
	}
	pthread_mutex_unlock(&ranges_lock);
	return found;
}

void *spdk_zmalloc(size_t size, size_t alignment, uint64_t *unused, int numa, uint32_t flags)
{
	void *memory;

	(void)unused;
	if (numa != -1 || flags != 1 || allocated_bytes + (long)size > memory_limit) {
		return NULL;
	}
	if (posix_memalign(&memory, alignment < 64 ? 64 : alignment, size) != 0) {
		return NULL;
	}
	memset(memory, 0, size);
	if (add((uintptr_t)memory, size, true) != 0) {
		free(memory);
		return NULL;
	}
	__atomic_fetch_add(&allocated_bytes, (long)size, __ATOMIC_RELAXED);
	return memory;
}

void spdk_free(void *memory)
{
	size_t length;

	if (!take_out((uintptr_t)memory, &length, true)) {
		abort();
	}
	__atomic_fetch_sub(&allocated_bytes, (long)length, __ATOMIC_RELAXED);
	free(memory);
}

long standin_allocated_bytes(void)
{
	return allocated_bytes;
}

int spdk_mem_register(void *address, size_t length)
{
	if (register_result != 0) {
		return (int)register_result;
	}
	if ((uintptr_t)address % REGISTRATION_UNIT || length % REGISTRATION_UNIT) {
		return -EINVAL;
	}
	return add((uintptr_t)address, length, false);
}

int spdk_mem_unregister(void *address, size_t length)
{
	size_t was;

	if (!take_out((uintptr_t)address, &was, false) || was != length) {
		return -EINVAL;
	}
	return 0;
}

void spdk_log_set_level(int level)
{
	log_level = level;
}

void spdk_log_set_print_level(int level)
{
	log_level = log_level == level ? level : -100;
}

#ifndef STANDIN_COPY_BYTES
#define STANDIN_COPY_BYTES 16
#endif

void spdk_uuid_copy(void *destination, const void *source)
{
	memcpy(destination, source, STANDIN_COPY_BYTES);
}
