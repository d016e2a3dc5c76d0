/**
 * Addresses that no call may reach: link-local ones and the metadata services of clouds.
 *
 * @module
 */

/** The four bytes of an IPv4 address as a URL has normalised it; undefined for anything else. */
function ipv4(host: string): readonly number[] | undefined {
  const m = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host);
  const bytes = m?.slice(1).map(Number);
  return bytes?.every((b) => b <= 255) ? bytes : undefined;
}

/** The eight groups of an IPv6 address, without brackets; undefined for anything else. */
function ipv6(host: string): readonly number[] | undefined {
  let text = host.split("%", 1)[0]!;
  if (!text.includes(":")) return undefined;
  const tail = /^(.*:)([\d.]+)$/.exec(text);
  if (tail && tail[2]!.includes(".")) {
    const v4 = ipv4(tail[2]!);
    if (!v4) return undefined;
    text = `${tail[1]}${(v4[0]! << 8 | v4[1]!).toString(16)}:${(v4[2]! << 8 | v4[3]!).toString(16)}`;
  }
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const groups = (half: string) => half === "" ? [] : half.split(":");
  const before = groups(halves[0]!), after = groups(halves[1] ?? "");
  const gap = halves.length === 2 ? 8 - before.length - after.length : 0;
  if (gap < 0) return undefined;
  const all = [...before, ...Array.from({ length: gap }, () => "0"), ...after];
  if (all.length !== 8 || !all.every((g) => /^[0-9a-f]{1,4}$/i.test(g))) return undefined;
  return all.map((g) => parseInt(g, 16));
}

function isForbiddenV4([a, b, c, d]: readonly number[]): boolean {
  return (a === 169 && b === 254) ||
    (a === 100 && b === 100 && c === 100 && d === 200) ||
    (a === 192 && b === 0 && c === 0 && d === 192) ||
    (a === 168 && b === 63 && c === 129 && d === 16);
}

function bytesAt(groups: readonly number[], at: number): number[] {
  return [groups[at]! >> 8, groups[at]! & 255, groups[at + 1]! >> 8, groups[at + 1]! & 255];
}

function isForbiddenV6(groups: readonly number[]): boolean {
  if ((groups[0]! & 0xffc0) === 0xfe80) return true;
  // fd00:ec2::/32 of AWS, fd20:ce::/32 of Google, fd00:42::/32 of Scaleway: clouds put more than one service there.
  const block = `${groups[0]!.toString(16)}:${groups[1]!.toString(16)}`;
  if (block === "fd00:ec2" || block === "fd20:ce" || block === "fd00:42") return true;
  const zeros = (to: number) => groups.slice(0, to).every((g) => g === 0);
  // IPv4-mapped, -compatible and -translated addresses, NAT64 and 6to4 carry an IPv4 address.
  if (zeros(5) && (groups[5] === 0xffff || groups[5] === 0)) return isForbiddenV4(bytesAt(groups, 6));
  if (zeros(4) && groups[4] === 0xffff && groups[5] === 0) return isForbiddenV4(bytesAt(groups, 6));
  if (groups[0] === 0x64 && groups[1] === 0xff9b) return translated(groups).some(isForbiddenV4);
  // ISATAP has it at the end; Teredo too, with each bit turned round, and that of its server before.
  if (groups[5] === 0x5efe && (groups[4]! & 0xfdff) === 0) return isForbiddenV4(bytesAt(groups, 6));
  if (groups[0] === 0x2001 && groups[1] === 0) {
    return isForbiddenV4(bytesAt(groups, 2)) || isForbiddenV4(bytesAt(groups, 6).map((byte) => byte ^ 0xff));
  }
  return groups[0] === 0x2002 && isForbiddenV4(bytesAt(groups, 1));
}

/** The IPv4 addresses that an address of NAT64 may stand for: where it is depends on the length of the prefix (RFC 6052). */
function translated(groups: readonly number[]): number[][] {
  const bytes = groups.flatMap((group) => [group >> 8, group & 255]);
  return [[12, 13, 14, 15], [9, 10, 11, 12], [7, 9, 10, 11], [6, 7, 9, 10]]
    .map((places) => places.map((place) => bytes[place]!));
}

/** A host that means one host, wherever it is written: no list, no pattern. */
const ONE_HOST = /^(?:[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_.])?|\[[0-9a-f:.]+\])$/i;

/**
 * Whether a host is the name or the address of one host. A URL takes more, such as `*.example.com` and `a,b`, which
 * mean other things where permissions are written.
 *
 * @param hostname The host, an IPv6 address in brackets.
 */
export function isOneHost(hostname: string): boolean {
  return ONE_HOST.test(hostname);
}

/** Whether a host of a URL is an address and not a name. */
export function isAddress(hostname: string): boolean {
  const host = bare(hostname);
  return ipv4(host) !== undefined || ipv6(host) !== undefined;
}

/**
 * Whether an address is one that no call may reach.
 *
 * @param hostname The host of a `URL`, which has already normalised decimal, octal and hexadecimal notations; or an
 *   address a name resolved to.
 */
export function isForbiddenAddress(hostname: string): boolean {
  const host = bare(hostname);
  const v4 = ipv4(host);
  if (v4) return isForbiddenV4(v4);
  const v6 = ipv6(host);
  return v6 !== undefined && isForbiddenV6(v6);
}

const FORBIDDEN_NAMES = new Set([
  "metadata",
  "metadata.google.internal",
  "metadata.goog",
  "instance-data",
  "instance-data.ec2.internal",
  "metadata.azure.internal",
  "metadata.platformequinix.com",
  "metadata.tencentyun.com",
]);

/** Whether a name is that of a metadata service. */
export function isForbiddenName(hostname: string): boolean {
  return FORBIDDEN_NAMES.has(hostname.toLowerCase().replace(/(?<!\.)\.+$/, ""));
}

function bare(hostname: string): string {
  return hostname.startsWith("[") ? hostname.slice(1, -1) : hostname.replace(/(?<!\.)\.+$/, "");
}
