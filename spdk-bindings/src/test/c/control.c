/* What tests do to the stand-in, and what they ask it. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "standin.h"

struct drive *drives[MAX_DRIVES];
int drive_count;

uint8_t last_controller_options[CONTROLLER_OPTIONS_BYTES];
uint8_t last_queue_pair_options[QUEUE_PAIR_OPTIONS_BYTES];
struct transport_id last_transport_id;
struct env_options last_env_options;
long env_init_result;
long memory_limit = LONG_MAX;
long register_result;
long log_level;

int spdk_nvme_transport_id_parse(struct transport_id *id, const char *text);

static void set_text(uint8_t *field, size_t length, const char *text)
{
	memset(field, ' ', length);
	memcpy(field, text, strlen(text));
}

/* Adds a namespace to a drive that is not connected; its number, or -1. */
int standin_add_namespace(struct drive *drive, uint32_t sector_bytes, uint64_t sectors,
			  uint32_t metadata_bytes)
{
	struct namespace *ns = &drive->namespaces[drive->namespace_count];

	if (drive->namespace_count == MAX_NAMESPACES) {
		return -1;
	}
	ns->data = calloc(sectors, sector_bytes);
	if (ns->data == NULL) {
		return -1;
	}
	ns->drive = drive;
	ns->id = (uint32_t)++drive->namespace_count;
	ns->sector_bytes = sector_bytes;
	ns->metadata_bytes = metadata_bytes;
	ns->sectors = sectors;
	memcpy(ns->identify, &sectors, sizeof(sectors));
	return (int)ns->id;
}

/* Makes a drive with one namespace, at a place of the form trtype:... traddr:...; NULL if full. */
struct drive *standin_create(const char *where, uint32_t sector_bytes, uint64_t sectors)
{
	struct drive *drive = calloc(1, sizeof(*drive));
	uint16_t vendor = 0x1b36, id = 7;
	uint32_t version = 0x00010400;

	if (drive == NULL || drive_count == MAX_DRIVES ||
	    spdk_nvme_transport_id_parse(&drive->id, where) != 0) {
		free(drive);
		return NULL;
	}
	memcpy(drive->identify, &vendor, sizeof(vendor));
	set_text(drive->identify + 4, 20, "STANDIN0001");
	set_text(drive->identify + 24, 40, "Memory in place of a drive");
	set_text(drive->identify + 64, 8, "1.0");
	memcpy(drive->identify + 78, &id, sizeof(id));
	memcpy(drive->identify + 80, &version, sizeof(version));
	strcpy((char *)drive->identify + 768, "nqn.2026-01.io.example:stand-in");
	drive->set.optional_commands = 1 | 1 << 2 | 1 << 3;
	drive->set.max_transfer_bytes = 131072;
	drive->set.numa_node = -1;
	drive->set.max_queue_pairs = 64;
	drive->set.max_queue_entries = 1024;
	drive->set.fail_opcode = -1;
	drive->set.bad_sector = -1;
	drive->set.poll_interval = 1;
	if (standin_add_namespace(drive, sector_bytes, sectors, 0) < 0) {
		free(drive);
		return NULL;
	}
	drives[drive_count++] = drive;
	return drive;
}

/* Takes a drive away for good, with its data; nobody may be connected to it. */
void standin_destroy(struct drive *drive)
{
	int i = 0;

	if (drive->set.attached != 0) {
		abort();
	}
	while (drives[i] != drive) {
		i++;
	}
	memmove(&drives[i], &drives[i + 1], (size_t)(--drive_count - i) * sizeof(drives[0]));
	for (i = 0; i < drive->namespace_count; i++) {
		free(drive->namespaces[i].data);
	}
	free(drive);
}

/* The memory that is the namespace. */
void *standin_data(struct drive *drive, uint32_t id)
{
	return drive->namespaces[id - 1].data;
}

#define NAMED(name) { #name, offsetof(struct settings, name) }

static const struct {
	const char *name;
	size_t offset;
} names[] = {
	NAMED(volatile_write_cache), NAMED(optional_commands), NAMED(atomic_write_unit),
	NAMED(atomic_write_unit_power_fail), NAMED(namespace_atomic_write_unit_power_fail),
	NAMED(max_transfer_bytes), NAMED(numa_node), NAMED(max_queue_pairs),
	NAMED(max_queue_entries), NAMED(fail_count), NAMED(fail_status), NAMED(fail_opcode),
	NAMED(bad_sector), NAMED(refuse_count), NAMED(refuse_result), NAMED(poll_interval),
	NAMED(shuffle), NAMED(uncounted), NAMED(silent_abort), NAMED(keep_alive_polls),
	NAMED(refuse_connect), NAMED(reset_result), NAMED(removed), NAMED(dropped), NAMED(reads),
	NAMED(writes), NAMED(fua_writes), NAMED(flushes), NAMED(deallocates), NAMED(write_zeroes),
	NAMED(compares), NAMED(doorbells), NAMED(admin_polls), NAMED(resets), NAMED(queue_pairs),
	NAMED(attached), NAMED(pci_command),
};

static volatile long *setting(struct drive *drive, const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i].name, name) == 0) {
			return (volatile long *)((volatile char *)&drive->set + names[i].offset);
		}
	}
	abort();
}

/* Sets what struct settings has by that name. */
void standin_set(struct drive *drive, const char *name, long value)
{
	__atomic_store_n(setting(drive, name), value, __ATOMIC_SEQ_CST);
}

long standin_get(struct drive *drive, const char *name)
{
	return __atomic_load_n(setting(drive, name), __ATOMIC_SEQ_CST);
}

/* What spdk_env_init is to return, and what it was given. */
void standin_set_env_init_result(long result)
{
	env_init_result = result;
}

const void *standin_last_env_options(void)
{
	return &last_env_options;
}

const void *standin_last_controller_options(void)
{
	return last_controller_options;
}

const void *standin_last_queue_pair_options(void)
{
	return last_queue_pair_options;
}

const void *standin_last_transport_id(void)
{
	return &last_transport_id;
}

/* How much spdk_zmalloc gives in all, and what spdk_mem_register returns. */
void standin_set_memory_limit(long bytes)
{
	memory_limit = bytes;
}

void standin_set_register_result(long result)
{
	register_result = result;
}

long standin_log_level(void)
{
	return log_level;
}
