// A reply of the SDK, without what the SDK adds to it.
export function withoutMetadata({ $metadata, ...rest }) {
  return rest;
}
