/**
 * The well-known messages of Protocol Buffers, as their JSON mapping writes them.
 *
 * @module
 */

type DecodedMessage = Record<string, unknown>;
type Conversion = (message: DecodedMessage) => unknown;

const wrapper: Conversion = (message) => message["value"];

const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  ".google.protobuf.Timestamp": (message) => {
    const seconds = Number(message["seconds"] ?? 0), nanos = Number(message["nanos"] ?? 0);
    const date = new Date(seconds * 1000);
    // Years 1 to 9999 alone have a written form; what is outside is passed on as it is.
    if (Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1 || date.getUTCFullYear() > 9999) {
      return message;
    }
    return `${date.toISOString().slice(0, 19)}${fraction(nanos)}Z`;
  },
  ".google.protobuf.Duration": (message) => {
    const seconds = Number(message["seconds"] ?? 0), nanos = Number(message["nanos"] ?? 0);
    const sign = seconds < 0 || nanos < 0 ? "-" : "";
    return `${sign}${Math.abs(seconds)}${fraction(Math.abs(nanos))}s`;
  },
  ".google.protobuf.DoubleValue": wrapper,
  ".google.protobuf.FloatValue": wrapper,
  ".google.protobuf.Int64Value": wrapper,
  ".google.protobuf.UInt64Value": wrapper,
  ".google.protobuf.Int32Value": wrapper,
  ".google.protobuf.UInt32Value": wrapper,
  ".google.protobuf.BoolValue": wrapper,
  ".google.protobuf.StringValue": wrapper,
  ".google.protobuf.BytesValue": wrapper,
  ".google.protobuf.Struct": (message) => message["fields"] ?? {},
  ".google.protobuf.ListValue": (message) => message["values"] ?? [],
  ".google.protobuf.Value": (message) => {
    const [kind] = Object.keys(message);
    return kind === undefined || kind === "nullValue" ? null : message[kind];
  },
};

function fraction(nanos: number): string {
  if (nanos === 0) return "";
  const digits = String(nanos).padStart(9, "0");
  return `.${
    digits.endsWith("000000") ? digits.slice(0, 3) : digits.endsWith("000") ? digits.slice(0, 6) : digits
  }`;
}

/**
 * How a message is written in JSON, where Protocol Buffers themselves say so.
 *
 * @param name The full name, with its leading dot.
 */
export function wellKnown(name: string): Conversion | undefined {
  return Object.hasOwn(CONVERSIONS, name) ? CONVERSIONS[name] : undefined;
}
