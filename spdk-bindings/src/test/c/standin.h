/*
 * A stand-in for SPDK, for tests. It is no SPDK and has none of SPDK's code: it has functions of
 * the same names and parameters (those that the bindings call), and behind them "drives" that are
 * plain memory of this process. Tests make drives, let commands fail or wait, and take drives away,
 * by the functions that begin with standin_.
 *
 * Layouts are those of SPDK 24.01, as far as they are used.
 */
#ifndef STANDIN_H
#define STANDIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_NAMESPACES 4
#define MAX_DRIVES 64
#define IDENTIFY_BYTES 4096

/* Transport types. */
#define TRANSPORT_TCP 3
#define TRANSPORT_PCIE 256

/* Status codes, with the type in bits 8 to 10, and "do not retry". */
#define STATUS_INVALID_FIELD 0x002
#define STATUS_ABORTED_QUEUE_DELETED 0x008
#define STATUS_OUT_OF_RANGE 0x080
#define STATUS_UNRECOVERED_READ 0x281
#define STATUS_COMPARE_FAILURE 0x285
#define STATUS_DO_NOT_RETRY 0x8000

struct env_options {
	const char *name;
	const char *core_mask;
	const char *lcore_map;
	int shm_id;
	int mem_channel;
	int main_core;
	int mem_size;
	bool no_pci;
	bool hugepage_single_segments;
	bool unlink_hugepage;
	bool no_huge;
	uint32_t reserved;
	size_t num_pci_addr;
	const char *hugedir;
	void *pci_blocked;
	void *pci_allowed;
	const char *iova_mode;
	uint64_t base_virtaddr;
	void *env_context;
	const char *vf_token;
	size_t opts_size;
};
_Static_assert(offsetof(struct env_options, no_pci) == 40, "env_options");
_Static_assert(offsetof(struct env_options, iova_mode) == 80, "env_options");
_Static_assert(sizeof(struct env_options) == 120, "env_options");

struct transport_id {
	char trstring[33];
	int32_t trtype;
	int32_t adrfam;
	char traddr[257];
	char trsvcid[33];
	char subnqn[224];
	int32_t priority;
};
_Static_assert(offsetof(struct transport_id, trtype) == 36, "transport_id");
_Static_assert(offsetof(struct transport_id, trsvcid) == 301, "transport_id");
_Static_assert(offsetof(struct transport_id, subnqn) == 334, "transport_id");
_Static_assert(sizeof(struct transport_id) == 564, "transport_id");

#define CONTROLLER_OPTIONS_BYTES 824
#define QUEUE_PAIR_OPTIONS_BYTES 72

struct completion {
	uint32_t cdw0;
	uint32_t reserved;
	uint16_t sqhd;
	uint16_t sqid;
	uint16_t cid;
	uint16_t status;
};
_Static_assert(sizeof(struct completion) == 16, "completion");

typedef void (*completion_callback)(void *argument, const struct completion *completion);

enum opcode { FLUSH = 0, WRITE = 1, READ = 2, COMPARE = 5, WRITE_ZEROES = 8, DEALLOCATE = 9 };

struct drive;

struct namespace {
	struct drive *drive;
	uint32_t id;
	uint32_t sector_bytes;
	uint32_t metadata_bytes;
	uint64_t sectors;
	uint8_t *data;
	uint8_t identify[IDENTIFY_BYTES];
};

/* What tests set and read by name (control.c), all long. */
struct settings {
	/* What the drive says of itself. */
	long volatile_write_cache;
	long optional_commands;
	long atomic_write_unit;
	long atomic_write_unit_power_fail;
	long namespace_atomic_write_unit_power_fail;
	long max_transfer_bytes;
	long numa_node;
	long max_queue_pairs;
	long max_queue_entries;
	/* What goes wrong. */
	long fail_count;      /* so many of the next commands complete with fail_status */
	long fail_status;
	long fail_opcode;     /* only commands of this kind; -1 for all */
	long bad_sector;      /* reads of this sector fail; -1 for none */
	long refuse_count;    /* so many of the next submissions return refuse_result */
	long refuse_result;
	long poll_interval;   /* only every so manieth poll of a queue pair completes anything */
	long shuffle;         /* seed of the order of completion; 0 for first in, first out */
	long uncounted;       /* so many of the next completions are not counted by a poll */
	long silent_abort;    /* freeing a queue pair completes nothing */
	long keep_alive_polls; /* so many polls without an admin poll end the connection; 0: never */
	long refuse_connect;
	long reset_result;
	long removed;
	long dropped;         /* the connection has ended */
	/* What happened. */
	long reads;
	long writes;
	long fua_writes;
	long flushes;
	long deallocates;
	long write_zeroes;
	long compares;
	long doorbells;
	long admin_polls;
	long resets;
	long queue_pairs;
	long attached;
	long pci_command;     /* what was written to the PCI command register last */
};

struct drive {
	struct transport_id id;
	uint8_t identify[IDENTIFY_BYTES];
	int namespace_count;
	struct namespace namespaces[MAX_NAMESPACES];
	volatile struct settings set;
	volatile long generation;  /* queue pairs of an older one are disconnected */
	volatile long failed;
	volatile long polls_since_admin;
	uint32_t queue_entries;    /* largest queue since it was connected */
};

/* Memory that a drive can reach (env.c). */
bool memory_is_reachable(const void *address, size_t length);

/* All drives, in order of creation (control.c). */
extern struct drive *drives[MAX_DRIVES];
extern int drive_count;

/* What the library was last given, for tests to look at (control.c). */
extern uint8_t last_controller_options[CONTROLLER_OPTIONS_BYTES];
extern uint8_t last_queue_pair_options[QUEUE_PAIR_OPTIONS_BYTES];
extern struct transport_id last_transport_id;
extern struct env_options last_env_options;
extern long env_init_result;
extern long memory_limit;
extern long register_result;
extern long log_level;

static inline void count(volatile long *counter)
{
	__atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

/* Takes one from a counter of things to do; false when there is none left. */
static inline bool take(volatile long *counter)
{
	long value = __atomic_load_n(counter, __ATOMIC_RELAXED);
	while (value > 0) {
		if (__atomic_compare_exchange_n(counter, &value, value - 1, false,
						__ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
			return true;
		}
	}
	return false;
}

#endif
