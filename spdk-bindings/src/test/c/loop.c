/* Reads driven from C, to compare with those that are driven from Java. */
#include <string.h>

#include "standin.h"

struct queue_pair;

void spdk_nvme_ctrlr_get_default_io_qpair_opts(struct drive *drive, uint8_t *options, size_t size);
struct queue_pair *spdk_nvme_ctrlr_alloc_io_qpair(struct drive *drive, const uint8_t *options,
						  size_t size);
int spdk_nvme_ctrlr_free_io_qpair(struct queue_pair *pair);
int spdk_nvme_ns_cmd_read(struct namespace *ns, struct queue_pair *pair, void *memory,
			  uint64_t first, uint32_t sectors, completion_callback callback,
			  void *argument, uint32_t flags);
int32_t spdk_nvme_qpair_process_completions(struct queue_pair *pair, uint32_t limit);

static void on_completion(void *argument, const struct completion *completion)
{
	long *succeeded = argument;

	*succeeded += completion->status >> 1 == 0;
}

/* Reads the first sectors again and again, always "depth" reads under way; returns how many succeeded. */
long standin_read_loop(struct drive *drive, void *memory, uint32_t sectors, uint32_t depth,
		       long reads)
{
	uint8_t options[QUEUE_PAIR_OPTIONS_BYTES];
	struct queue_pair *pair;
	long submitted = 0, completed = 0, succeeded = 0;

	spdk_nvme_ctrlr_get_default_io_qpair_opts(drive, options, sizeof(options));
	memcpy(options + 8, &depth, 4);
	options[12] = 1; /* delay_cmd_submit */
	pair = spdk_nvme_ctrlr_alloc_io_qpair(drive, options, sizeof(options));
	if (pair == NULL) {
		return 0;
	}
	while (completed < reads) {
		while (submitted < reads && submitted - completed < depth) {
			if (spdk_nvme_ns_cmd_read(&drive->namespaces[0], pair, memory, 0, sectors,
						  on_completion, &succeeded, 0) != 0) {
				break;
			}
			submitted++;
		}
		int32_t now = spdk_nvme_qpair_process_completions(pair, depth);
		if (now < 0) {
			break;
		}
		completed += now;
	}
	spdk_nvme_ctrlr_free_io_qpair(pair);
	return succeeded;
}
