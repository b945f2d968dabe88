package io.luciola.cluster.disk;

import java.util.List;
import java.util.Optional;

/** The machine's huge pages of 2 MiB, and the steps that change them. */
public final class HugePages {

  private static final String DIRECTORY = "/sys/kernel/mm/hugepages/hugepages-2048kB";
  private static final String COUNT = DIRECTORY + "/nr_hugepages";
  private static final String DEFAULT_MOUNT_POINT = "/dev/hugepages";
  private static final int PAGE_MIB = 2;
  private static final int KIB_PER_MIB = 1024;
  private static final int ANYBODY_STICKY = 01777;

  private final SystemFiles files;

  /** The huge pages that a machine's files show. */
  public HugePages(SystemFiles files) {
    this.files = files;
  }

  /** Pages that there are; empty when the kernel has none of this size. */
  public Optional<Long> total() {
    return files.number(COUNT);
  }

  /** Pages that no process uses or has been promised. */
  public long free() {
    long free = files.number(DIRECTORY + "/free_hugepages").orElse(0L);
    return free - files.number(DIRECTORY + "/resv_hugepages").orElse(0L);
  }

  /** Where they are mounted; empty when they are not. */
  public Optional<String> mountPoint() {
    String ofMachine = defaultPage();
    return new MountTable(files)
        .all().stream()
            .filter(mount -> mount.type().equals("hugetlbfs"))
            .filter(mount -> mount.pageSize().orElse(ofMachine).equals("2M"))
            .map(MountTable.Mount::point)
            .findFirst();
  }

  /** Adds the steps that bring about so much memory in huge pages; never takes any away. */
  void reserve(long wantedMib, List<Step> steps, List<String> refusals) {
    long wanted = (wantedMib + PAGE_MIB - 1) / PAGE_MIB;
    Optional<Long> total = total();
    if (total.isEmpty()) {
      refusals.add("This kernel has no huge pages of 2 MiB (there is no " + DIRECTORY + ").");
      return;
    }
    if (wanted <= total.get()) {
      return;
    }
    long missingMib = (wanted - total.get()) * PAGE_MIB;
    Optional<Long> availableMib = availableMib();
    if (availableMib.isPresent() && missingMib >= availableMib.get()) {
      refusals.add(
          missingMib
              + " MiB more of huge pages do not fit into the "
              + availableMib.get()
              + " MiB of memory that are available: ask for fewer with --huge-pages-mib.");
      return;
    }
    steps.add(new Step.WriteAttribute(COUNT, Long.toString(wanted)));
    steps.add(new Step.ExpectAtLeast(COUNT, wanted));
  }

  /** Adds the steps that mount them, unless they are, and open them to other users if wanted. */
  void mount(boolean forOthers, List<Step> steps) {
    Optional<String> mounted = mountPoint();
    if (mounted.isEmpty()) {
      if (!files.exists(DEFAULT_MOUNT_POINT)) {
        steps.add(new Step.CreateDirectory(DEFAULT_MOUNT_POINT));
      }
      steps.add(
          Step.Run.of(
              "mount", "-t", "hugetlbfs", "-o", "pagesize=2M", "hugetlbfs", DEFAULT_MOUNT_POINT));
    }
    boolean open = mounted.flatMap(files::mode).filter(mode -> mode == ANYBODY_STICKY).isPresent();
    if (forOthers && !open) {
      steps.add(Step.Run.of("chmod", "1777", mounted.orElse(DEFAULT_MOUNT_POINT)));
    }
  }

  /** Adds the step that gives back all pages that no process uses. */
  void giveBack(List<Step> steps) {
    long free = free();
    if (free > 0) {
      steps.add(new Step.WriteAttribute(COUNT, Long.toString(total().orElse(free) - free)));
    }
  }

  private Optional<Long> availableMib() {
    return memoryLine("MemAvailable:").map(kib -> kib / KIB_PER_MIB);
  }

  private String defaultPage() {
    return memoryLine("Hugepagesize:").orElse(0L) == (long) PAGE_MIB * KIB_PER_MIB ? "2M" : "";
  }

  private Optional<Long> memoryLine(String name) {
    return files.table("/proc/meminfo").stream()
        .filter(line -> line.startsWith(name))
        .map(line -> Long.valueOf(line.replaceAll("\\D", "")))
        .findAny();
  }
}
