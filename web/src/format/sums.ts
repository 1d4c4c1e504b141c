/** The exact sum of amounts in decimal text: the same text as the server writes, at least two decimals. */
const SCALE = 15;

export function exactSum(amounts: readonly string[]): string {
  let units = 0n;
  for (const amount of amounts) {
    const [whole = '0', fraction = ''] = amount.replace('-', '').split('.');
    const size = BigInt(whole + fraction.padEnd(SCALE, '0'));
    units += amount.startsWith('-') ? -size : size;
  }
  const digits = (units < 0n ? -units : units).toString().padStart(SCALE + 1, '0');
  const fraction = digits.slice(-SCALE).replace(/0{1,13}$/, '');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -SCALE)}.${fraction}`;
}
