package io.luciola.spdk;

/** Every function of SPDK that is called, with its names in SPDK 24.01 and newer. */
enum SpdkFunction {
  ENV_OPTS_INIT("spdk_env_opts_init"),
  ENV_INIT("spdk_env_init"),
  ENV_FINI("spdk_env_fini"),
  ZMALLOC("spdk_zmalloc"),
  FREE("spdk_free"),
  MEM_REGISTER("spdk_mem_register"),
  MEM_UNREGISTER("spdk_mem_unregister"),
  LOG_SET_LEVEL("spdk_log_set_level"),
  LOG_SET_PRINT_LEVEL("spdk_log_set_print_level"),
  UUID_COPY("spdk_uuid_copy"),
  PCI_DEVICE_IS_REMOVED("spdk_pci_device_is_removed"),
  PCI_DEVICE_CFG_WRITE16("spdk_pci_device_cfg_write16"),
  // Renamed in 24.09.
  PCI_DEVICE_GET_NUMA_ID("spdk_pci_device_get_numa_id", "spdk_pci_device_get_socket_id"),

  TRANSPORT_ID_PARSE("spdk_nvme_transport_id_parse"),
  PROBE("spdk_nvme_probe"),
  CONNECT("spdk_nvme_connect"),
  DETACH("spdk_nvme_detach"),
  CTRLR_GET_DEFAULT_OPTS("spdk_nvme_ctrlr_get_default_ctrlr_opts"),
  CTRLR_GET_DATA("spdk_nvme_ctrlr_get_data"),
  CTRLR_GET_PCI_DEVICE("spdk_nvme_ctrlr_get_pci_device"),
  CTRLR_PROCESS_ADMIN_COMPLETIONS("spdk_nvme_ctrlr_process_admin_completions"),
  CTRLR_IS_FAILED("spdk_nvme_ctrlr_is_failed"),
  CTRLR_FAIL("spdk_nvme_ctrlr_fail"),
  CTRLR_RESET("spdk_nvme_ctrlr_reset"),
  CTRLR_GET_FIRST_ACTIVE_NS("spdk_nvme_ctrlr_get_first_active_ns"),
  CTRLR_GET_NEXT_ACTIVE_NS("spdk_nvme_ctrlr_get_next_active_ns"),
  CTRLR_GET_NS("spdk_nvme_ctrlr_get_ns"),
  NS_GET_DATA("spdk_nvme_ns_get_data"),
  NS_GET_SECTOR_SIZE("spdk_nvme_ns_get_sector_size"),
  NS_GET_MD_SIZE("spdk_nvme_ns_get_md_size"),
  NS_GET_NUM_SECTORS("spdk_nvme_ns_get_num_sectors"),
  NS_GET_MAX_IO_XFER_SIZE("spdk_nvme_ns_get_max_io_xfer_size"),
  CTRLR_GET_DEFAULT_IO_QPAIR_OPTS("spdk_nvme_ctrlr_get_default_io_qpair_opts"),
  CTRLR_ALLOC_IO_QPAIR("spdk_nvme_ctrlr_alloc_io_qpair"),
  CTRLR_FREE_IO_QPAIR("spdk_nvme_ctrlr_free_io_qpair"),
  QPAIR_PROCESS_COMPLETIONS("spdk_nvme_qpair_process_completions"),
  NS_CMD_READ("spdk_nvme_ns_cmd_read"),
  NS_CMD_WRITE("spdk_nvme_ns_cmd_write"),
  NS_CMD_COMPARE("spdk_nvme_ns_cmd_compare"),
  NS_CMD_FLUSH("spdk_nvme_ns_cmd_flush"),
  NS_CMD_DATASET_MANAGEMENT("spdk_nvme_ns_cmd_dataset_management"),
  NS_CMD_WRITE_ZEROES("spdk_nvme_ns_cmd_write_zeroes");

  private final String symbol;
  private final String olderSymbol;

  SpdkFunction(String symbol) {
    this(symbol, symbol);
  }

  SpdkFunction(String symbol, String olderSymbol) {
    this.symbol = symbol;
    this.olderSymbol = olderSymbol;
  }

  /** The function's name in the newest SPDK. */
  String symbol() {
    return symbol;
  }

  /** Its name before it was renamed; the same where it never was. */
  String olderSymbol() {
    return olderSymbol;
  }
}
