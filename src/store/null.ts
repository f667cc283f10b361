// From SQL's null to a field that is not there.

/** `{ [name]: value }`, or nothing for null. */
export function whereKnown<Name extends string, Value>(
  name: Name,
  value: Value | null,
): { readonly [key in Name]?: Value } {
  const field: { [key in Name]?: Value } = {};
  if (value !== null) field[name] = value;
  return field;
}
