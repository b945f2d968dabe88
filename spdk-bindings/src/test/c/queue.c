/* The stand-in's queue pairs: commands wait here, and are done in the poll that completes them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "standin.h"

#define FORCE_UNIT_ACCESS 0x40000000u
#define DEALLOCATE_ATTRIBUTE 4

struct command {
	struct namespace *ns;
	enum opcode opcode;
	void *memory;
	uint64_t first;
	uint64_t sectors;
	bool fua;
	completion_callback callback;
	void *argument;
};

struct queue_pair {
	struct drive *drive;
	long generation;
	bool delay_submit;
	bool doorbell_due;
	uint64_t polls;
	uint64_t random;
	uint32_t requests;
	/* A ring: so many commands, the oldest at first. */
	uint32_t count;
	uint32_t first;
	struct command commands[];
};

static struct command *command_at(struct queue_pair *pair, uint32_t index)
{
	return &pair->commands[(pair->first + index) % pair->requests];
}

void spdk_nvme_ctrlr_get_default_io_qpair_opts(struct drive *drive, uint8_t *options, size_t size)
{
	uint32_t entries = drive->queue_entries, requests = 512;
	size_t i;

	if (size > QUEUE_PAIR_OPTIONS_BYTES) {
		abort();
	}
	for (i = 0; i < size; i++) {
		options[i] = (uint8_t)(i * 5 + 1);
	}
	memcpy(options + 4, &entries, 4);
	memcpy(options + 8, &requests, 4);
	options[12] = 0;
}

struct queue_pair *spdk_nvme_ctrlr_alloc_io_qpair(struct drive *drive, const uint8_t *options,
						  size_t size)
{
	struct queue_pair *pair;
	uint32_t requests;

	if (size != QUEUE_PAIR_OPTIONS_BYTES) {
		abort();
	}
	memcpy(last_queue_pair_options, options, size);
	if (drive->failed || drive->set.dropped || drive->set.removed ||
	    drive->set.queue_pairs >= drive->set.max_queue_pairs) {
		return NULL;
	}
	memcpy(&requests, options + 8, 4);
	pair = calloc(1, sizeof(*pair) + requests * sizeof(struct command));
	if (pair == NULL) {
		return NULL;
	}
	pair->drive = drive;
	pair->generation = drive->generation;
	pair->delay_submit = options[12];
	pair->requests = requests;
	pair->random = (uint64_t)drive->set.shuffle;
	count(&drive->set.queue_pairs);
	return pair;
}

static bool is_disconnected(const struct queue_pair *pair)
{
	return pair->drive->failed || pair->drive->set.dropped ||
	       pair->generation != pair->drive->generation;
}

static int submit(struct queue_pair *pair, struct command command)
{
	volatile struct settings *set = &pair->drive->set;

	if (command.ns->drive != pair->drive || command.callback == NULL) {
		abort();
	}
	if (is_disconnected(pair)) {
		return -ENXIO;
	}
	if (take(&set->refuse_count)) {
		return (int)set->refuse_result;
	}
	if (pair->count == pair->requests) {
		return -ENOMEM;
	}
	*command_at(pair, pair->count++) = command;
	if (pair->delay_submit) {
		pair->doorbell_due = true;
	} else {
		count(&set->doorbells);
	}
	return 0;
}

int spdk_nvme_ns_cmd_read(struct namespace *ns, struct queue_pair *pair, void *memory,
			  uint64_t first, uint32_t sectors, completion_callback callback,
			  void *argument, uint32_t flags)
{
	if (flags != 0) {
		return -EINVAL;
	}
	return submit(pair, (struct command){ ns, READ, memory, first, sectors, false, callback,
					      argument });
}

int spdk_nvme_ns_cmd_write(struct namespace *ns, struct queue_pair *pair, void *memory,
			   uint64_t first, uint32_t sectors, completion_callback callback,
			   void *argument, uint32_t flags)
{
	if ((flags & ~FORCE_UNIT_ACCESS) != 0) {
		return -EINVAL;
	}
	return submit(pair, (struct command){ ns, WRITE, memory, first, sectors, flags != 0,
					      callback, argument });
}

int spdk_nvme_ns_cmd_compare(struct namespace *ns, struct queue_pair *pair, void *memory,
			     uint64_t first, uint32_t sectors, completion_callback callback,
			     void *argument, uint32_t flags)
{
	if (flags != 0) {
		return -EINVAL;
	}
	return submit(pair, (struct command){ ns, COMPARE, memory, first, sectors, false, callback,
					      argument });
}

int spdk_nvme_ns_cmd_flush(struct namespace *ns, struct queue_pair *pair,
			   completion_callback callback, void *argument)
{
	return submit(pair, (struct command){ ns, FLUSH, NULL, 0, 0, false, callback, argument });
}

int spdk_nvme_ns_cmd_write_zeroes(struct namespace *ns, struct queue_pair *pair, uint64_t first,
				  uint32_t sectors, completion_callback callback, void *argument,
				  uint32_t flags)
{
	if (flags != 0 || sectors == 0 || sectors > 65536) {
		return -EINVAL;
	}
	return submit(pair, (struct command){ ns, WRITE_ZEROES, NULL, first, sectors, false,
					      callback, argument });
}

int spdk_nvme_ns_cmd_dataset_management(struct namespace *ns, struct queue_pair *pair,
					uint32_t type, const uint8_t *ranges, uint16_t range_count,
					completion_callback callback, void *argument)
{
	uint32_t sectors;
	uint64_t first;

	if (type != DEALLOCATE_ATTRIBUTE || range_count != 1) {
		return -EINVAL;
	}
	memcpy(&sectors, ranges + 4, 4);
	memcpy(&first, ranges + 8, 8);
	return submit(pair, (struct command){ ns, DEALLOCATE, NULL, first, sectors, false, callback,
					      argument });
}

static uint16_t execute(const struct command *command)
{
	struct namespace *ns = command->ns;
	volatile struct settings *set = &ns->drive->set;
	size_t length = command->sectors * ns->sector_bytes;
	uint8_t *data;

	if ((set->fail_opcode < 0 || set->fail_opcode == (long)command->opcode) &&
	    take(&set->fail_count)) {
		return (uint16_t)set->fail_status;
	}
	if (command->first > ns->sectors || command->sectors > ns->sectors - command->first) {
		return STATUS_OUT_OF_RANGE | STATUS_DO_NOT_RETRY;
	}
	if (command->memory != NULL && ns->drive->id.trtype == TRANSPORT_PCIE &&
	    !memory_is_reachable(command->memory, length)) {
		return STATUS_INVALID_FIELD | STATUS_DO_NOT_RETRY;
	}
	data = ns->data + command->first * ns->sector_bytes;
	switch (command->opcode) {
	case READ:
		count(&set->reads);
		if (set->bad_sector >= (long)command->first &&
		    set->bad_sector < (long)(command->first + command->sectors)) {
			return STATUS_UNRECOVERED_READ;
		}
		memcpy(command->memory, data, length);
		break;
	case WRITE:
		count(&set->writes);
		if (command->fua) {
			count(&set->fua_writes);
		}
		memcpy(data, command->memory, length);
		break;
	case COMPARE:
		count(&set->compares);
		return memcmp(data, command->memory, length) == 0 ? 0 : STATUS_COMPARE_FAILURE;
	case WRITE_ZEROES:
		count(&set->write_zeroes);
		memset(data, 0, length);
		break;
	case DEALLOCATE:
		count(&set->deallocates);
		memset(data, 0, length);
		break;
	case FLUSH:
		count(&set->flushes);
		break;
	}
	return 0;
}

/* Takes the command out, the oldest one taking its place, and tells of its end. */
static void complete(struct queue_pair *pair, uint32_t index, uint16_t status)
{
	struct command command = *command_at(pair, index);
	struct completion completion = {
		.sqid = 1,
		.cid = (uint16_t)index,
		.status = (uint16_t)((status & STATUS_DO_NOT_RETRY) | (status & 0x7ff) << 1 | 1),
	};

	*command_at(pair, index) = *command_at(pair, 0);
	pair->first = (pair->first + 1) % pair->requests;
	pair->count--;
	command.callback(command.argument, &completion);
}

static uint32_t next(struct queue_pair *pair)
{
	if (pair->drive->set.shuffle == 0) {
		return 0;
	}
	pair->random = pair->random * 6364136223846793005ul + 1442695040888963407ul;
	return (uint32_t)(pair->random >> 33) % pair->count;
}

int32_t spdk_nvme_qpair_process_completions(struct queue_pair *pair, uint32_t limit)
{
	struct drive *drive = pair->drive;
	int32_t completed = 0;
	uint32_t left = pair->count;

	count(&drive->polls_since_admin);
	if (drive->set.keep_alive_polls > 0 &&
	    drive->polls_since_admin > drive->set.keep_alive_polls) {
		drive->set.dropped = 1;
	}
	if (is_disconnected(pair)) {
		return -ENXIO;
	}
	if (pair->doorbell_due) {
		pair->doorbell_due = false;
		count(&drive->set.doorbells);
	}
	if (drive->set.removed || ++pair->polls % (uint64_t)drive->set.poll_interval != 0) {
		return 0;
	}
	while (left > 0 && (limit == 0 || (uint32_t)completed < limit)) {
		uint32_t index = next(pair);
		uint16_t status = execute(command_at(pair, index));

		complete(pair, index, status);
		left--;
		if (!take(&drive->set.uncounted)) {
			completed++;
		}
	}
	return completed;
}

int spdk_nvme_ctrlr_free_io_qpair(struct queue_pair *pair)
{
	while (pair->count > 0 && !pair->drive->set.silent_abort) {
		complete(pair, 0, STATUS_ABORTED_QUEUE_DELETED);
	}
	__atomic_fetch_sub(&pair->drive->set.queue_pairs, 1, __ATOMIC_RELAXED);
	free(pair);
	return 0;
}
