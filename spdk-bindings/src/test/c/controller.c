/* The stand-in's controllers and namespaces. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "standin.h"

#define DISCOVERY "nqn.2014-08.org.nvmexpress.discovery"

static void copy_field(char *field, size_t size, const char *value, size_t length)
{
	if (length >= size) {
		length = size - 1;
	}
	memcpy(field, value, length);
	field[length] = 0;
}

int spdk_nvme_transport_id_parse(struct transport_id *id, const char *text)
{
	while (*text) {
		size_t key, value;
		const char *from;

		text += strspn(text, " ");
		key = strcspn(text, ":");
		from = text + key + 1;
		if (text[key] != ':') {
			return -EINVAL;
		}
		value = strcspn(from, " ");
		if (key == 6 && strncasecmp(text, "trtype", key) == 0) {
			copy_field(id->trstring, sizeof(id->trstring), from, value);
			id->trtype = strcasecmp(id->trstring, "PCIe") == 0 ? TRANSPORT_PCIE
									   : TRANSPORT_TCP;
		} else if (key == 6 && strncasecmp(text, "adrfam", key) == 0) {
			id->adrfam = from[3] == '6' ? 2 : 1;
		} else if (key == 6 && strncasecmp(text, "traddr", key) == 0) {
			copy_field(id->traddr, sizeof(id->traddr), from, value);
		} else if (key == 7 && strncasecmp(text, "trsvcid", key) == 0) {
			copy_field(id->trsvcid, sizeof(id->trsvcid), from, value);
		} else if (key == 6 && strncasecmp(text, "subnqn", key) == 0) {
			copy_field(id->subnqn, sizeof(id->subnqn), from, value);
		} else {
			return -EINVAL;
		}
		text = from + value;
	}
	return 0;
}

static bool same(const struct transport_id *a, const struct transport_id *b)
{
	return a->trtype == b->trtype && strcasecmp(a->traddr, b->traddr) == 0 &&
	       strcmp(a->trsvcid, b->trsvcid) == 0 && strcmp(a->subnqn, b->subnqn) == 0;
}

/* Whether the drive is among those that a search there finds. */
static bool is_found_at(const struct drive *drive, const struct transport_id *where)
{
	if (drive->set.removed || drive->id.trtype != where->trtype) {
		return false;
	}
	if (where->trtype == TRANSPORT_PCIE) {
		return where->traddr[0] == 0 || strcasecmp(where->traddr, drive->id.traddr) == 0;
	}
	return strcasecmp(where->traddr, drive->id.traddr) == 0 &&
	       strcmp(where->trsvcid, drive->id.trsvcid) == 0 &&
	       (strcmp(where->subnqn, DISCOVERY) == 0 ||
		strcmp(where->subnqn, drive->id.subnqn) == 0);
}

int spdk_nvme_probe(const struct transport_id *where, void *context,
		    bool (*on_found)(void *, const struct transport_id *, void *),
		    void (*on_attached)(void *, const struct transport_id *, void *, const void *),
		    void *on_removed)
{
	uint8_t options[CONTROLLER_OPTIONS_BYTES] = { 0 };
	bool any = false;
	int i;

	(void)on_removed;
	for (i = 0; i < drive_count; i++) {
		if (is_found_at(drives[i], where)) {
			any = true;
			if (on_found(context, &drives[i]->id, options)) {
				on_attached(context, &drives[i]->id, drives[i], options);
			}
		}
	}
	return where->trtype == TRANSPORT_PCIE || any ? 0 : -1;
}

static void put(uint8_t *bytes, size_t at, uint64_t value, int length)
{
	memcpy(bytes + at, &value, length);
}

static uint64_t get(const uint8_t *bytes, size_t at, int length)
{
	uint64_t value = 0;

	memcpy(&value, bytes + at, length);
	return value;
}

/* Every byte has a value that tells it from its neighbours, so that tests see what was written. */
static void fill(uint8_t *bytes, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++) {
		bytes[i] = (uint8_t)(i * 7 + 3);
	}
}

void spdk_nvme_ctrlr_get_default_ctrlr_opts(uint8_t *options, size_t size)
{
	if (size > CONTROLLER_OPTIONS_BYTES) {
		abort();
	}
	fill(options, size);
	put(options, 16, 10000, 4);
	put(options, 24, 256, 4);
	memset(options + 28, 0, 224);
	strcpy((char *)options + 28, "nqn.2014-08.org.nvmexpress:uuid:stand-in");
	put(options, 252, 512, 4);
	put(options, 576, 120000, 4);
	put(options, 592, size, 8);
}

static void identify(struct drive *drive)
{
	uint8_t *data = drive->identify;
	int i;

	put(data, 520, drive->set.optional_commands, 2);
	put(data, 525, drive->set.volatile_write_cache, 1);
	put(data, 526, drive->set.atomic_write_unit, 2);
	put(data, 528, drive->set.atomic_write_unit_power_fail, 2);
	for (i = 0; i < drive->namespace_count; i++) {
		long own = drive->set.namespace_atomic_write_unit_power_fail;

		put(drive->namespaces[i].identify, 24, own ? 2 : 0, 1);
		put(drive->namespaces[i].identify, 36, own, 2);
	}
}

struct drive *spdk_nvme_connect(const struct transport_id *id, const uint8_t *options, size_t size)
{
	int i;

	if (size != CONTROLLER_OPTIONS_BYTES) {
		abort();
	}
	memcpy(last_controller_options, options, size);
	last_transport_id = *id;
	for (i = 0; i < drive_count; i++) {
		struct drive *drive = drives[i];

		if (same(&drive->id, id) && !drive->set.removed && !drive->set.refuse_connect) {
			identify(drive);
			drive->failed = 0;
			drive->set.dropped = 0;
			drive->polls_since_admin = 0;
			drive->set.attached++;
			drive->queue_entries = (uint32_t)get(options, 24, 4);
			if (drive->queue_entries > drive->set.max_queue_entries) {
				drive->queue_entries = (uint32_t)drive->set.max_queue_entries;
			}
			return drive;
		}
	}
	return NULL;
}

int spdk_nvme_detach(struct drive *drive)
{
	if (drive->set.queue_pairs != 0 || drive->set.attached == 0) {
		abort();
	}
	drive->set.attached--;
	return 0;
}

const void *spdk_nvme_ctrlr_get_data(struct drive *drive)
{
	return drive->identify;
}

/* A drive is its own PCI device. */
struct drive *spdk_nvme_ctrlr_get_pci_device(struct drive *drive)
{
	return drive->id.trtype == TRANSPORT_PCIE ? drive : NULL;
}

bool spdk_pci_device_is_removed(struct drive *drive)
{
	return drive->set.removed;
}

int spdk_pci_device_cfg_write16(struct drive *drive, uint16_t value, uint32_t offset)
{
	if (offset == 4) {
		drive->set.pci_command = value;
	}
	return 0;
}

int spdk_pci_device_get_socket_id(struct drive *drive)
{
	return (int)drive->set.numa_node;
}

int spdk_nvme_ctrlr_process_admin_completions(struct drive *drive)
{
	count(&drive->set.admin_polls);
	drive->polls_since_admin = 0;
	if (drive->set.dropped || (drive->set.removed && drive->id.trtype == TRANSPORT_TCP)) {
		drive->failed = 1;
	}
	return drive->failed ? -ENXIO : 0;
}

bool spdk_nvme_ctrlr_is_failed(struct drive *drive)
{
	return drive->failed;
}

void spdk_nvme_ctrlr_fail(struct drive *drive)
{
	drive->failed = 1;
}

int spdk_nvme_ctrlr_reset(struct drive *drive)
{
	count(&drive->set.resets);
	drive->generation++;
	if (drive->set.reset_result != 0 || drive->set.removed) {
		drive->failed = 1;
		return drive->set.removed ? -ENXIO : (int)drive->set.reset_result;
	}
	drive->failed = 0;
	drive->set.dropped = 0;
	drive->polls_since_admin = 0;
	return 0;
}

uint32_t spdk_nvme_ctrlr_get_first_active_ns(struct drive *drive)
{
	return drive->namespace_count > 0 ? 1 : 0;
}

uint32_t spdk_nvme_ctrlr_get_next_active_ns(struct drive *drive, uint32_t id)
{
	return id < (uint32_t)drive->namespace_count ? id + 1 : 0;
}

struct namespace *spdk_nvme_ctrlr_get_ns(struct drive *drive, uint32_t id)
{
	return id >= 1 && id <= (uint32_t)drive->namespace_count ? &drive->namespaces[id - 1] : NULL;
}

const void *spdk_nvme_ns_get_data(struct namespace *ns)
{
	return ns->identify;
}

uint32_t spdk_nvme_ns_get_sector_size(struct namespace *ns)
{
	return ns->sector_bytes;
}

uint32_t spdk_nvme_ns_get_md_size(struct namespace *ns)
{
	return ns->metadata_bytes;
}

uint64_t spdk_nvme_ns_get_num_sectors(struct namespace *ns)
{
	return ns->sectors;
}

uint32_t spdk_nvme_ns_get_max_io_xfer_size(struct namespace *ns)
{
	return (uint32_t)ns->drive->set.max_transfer_bytes;
}
