package io.luciola.cluster.disk;

/**
 * What stands against taking a drive away from the kernel.
 *
 * @param kind how it is held
 * @param device the block device or file that is held, the drive's own or one on top of it
 * @param by the mount point, array, volume, process or content
 */
public record Holder(Kind kind, String device, String by) {

  /** How a drive can be held. */
  public enum Kind {
    /** The root file system is on it. */
    ROOT("%s holds the root file system", "this drive cannot be given away while the system runs"),
    /** A file system on it is mounted. */
    MOUNTED("%s is mounted on %s", "umount %2$s"),
    /** The kernel swaps to it. */
    SWAP("%s is swap", "swapoff %1$s"),
    /** A RAID array has it. */
    RAID("%s is in the RAID array %s", "mdadm --stop /dev/%2$s, or take it out of the array"),
    /** An LVM volume is on it. */
    LVM("%s carries the LVM volume %s", "vgchange -an its volume group"),
    /** Another device-mapper device is on it. */
    DEVICE_MAPPER("%s carries the device-mapper device %s", "dmsetup remove %2$s"),
    /** Another block driver is on it. */
    STACKED("%s is used by the block device %s", "take %2$s down"),
    /** A process has its block device open. */
    PROCESS("%s is open in %s", "end that process"),
    /** Luciola has its block device open. */
    LUCIOLA("%s is open as a Luciola disk in %s", "stop that process"),
    /** A process drives it. */
    USER_SPACE("%s is driven by %s", "end that process"),
    /** Claimed by something that does not show itself. */
    EXCLUSIVE(
        "%s is claimed by %s",
        "find it: ZFS, an NVMe-oF target, a mount in another namespace (findmnt -N PID)"),
    /** A partition is on it. */
    PARTITION(
        "%s is a partition of %s", "if it may go, wipefs -a %2$s deletes the partition table"),
    /** Carries something that nobody uses now. */
    CONTENT("%s carries %s", "if it may go, wipefs -a %1$s removes its signature");

    private final String statement;
    private final String remedy;

    Kind(String statement, String remedy) {
      this.statement = statement;
      this.remedy = remedy;
    }
  }

  /** A clause that says how it is held. */
  public String describe() {
    return kind.statement.formatted(device, by);
  }

  /** What an administrator can do about it. */
  public String remedy() {
    return kind.remedy.formatted(device, by);
  }

  /** Whether no force may overrule it. */
  public boolean isAbsolute() {
    return switch (kind) {
      // Unbinding waits for the process, or takes the registers from under it.
      case ROOT, MOUNTED, USER_SPACE -> true;
      default -> false;
    };
  }
}
