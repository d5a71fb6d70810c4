import { assertEquals } from "@std/assert";
import { disksOf, localMounts } from "./disk_facts.ts";

Deno.test("localMounts() gives each local disk once, and no network or kernel mounts", () => {
  const mounts = [
    "proc /proc proc rw 0 0",
    "/dev/mmcblk0p2 / ext4 rw 0 0",
    "/dev/mmcblk0p1 /boot/firmware vfat rw 0 0",
    "tmpfs /run tmpfs rw 0 0",
    "/dev/mmcblk0p2 /srv/bound ext4 rw 0 0",
    "nas:/export /mnt/nas nfs4 rw 0 0",
    "//nas/share /mnt/smb cifs rw 0 0",
    "/dev/loop3 /snap/core/1 squashfs ro 0 0",
    "tank/home /home zfs rw 0 0",
    "/dev/sda1 /mnt/my\\040disk ext4 rw 0 0",
    "",
  ].join("\n");
  assertEquals(localMounts(mounts), ["/", "/boot/firmware", "/home", "/mnt/my disk"]);
});

Deno.test("localMounts() gives the root of a container, whatever it is on", () => {
  assertEquals(localMounts("overlay / overlay rw 0 0\n"), ["/"]);
});

Deno.test("disksOf() reads the table of df, with spaces in its names", () => {
  const table = [
    "Filesystem     1024-blocks     Used Available Capacity Mounted on",
    "/dev/root         61142464 20480000  38000000      36% /",
    "map auto_home            0        0         0     100% /home",
    "my disk on x            10        4         6      40% /mnt/my disk",
    "",
  ].join("\n");
  assertEquals(disksOf(table), [
    {
      mount: "/",
      device: "/dev/root",
      total_bytes: 61142464 * 1024,
      available_bytes: 38000000 * 1024,
    },
    { mount: "/mnt/my disk", device: "my disk on x", total_bytes: 10240, available_bytes: 6144 },
  ]);
});
