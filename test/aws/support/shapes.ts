// Values held against the shapes that a client of the AWS SDK carries: what a fake takes and gives is what the service would.

/** A shape as the SDK writes it down: a number for a plain value, `[kind, …]` for the rest; members may name theirs late. */
export type Shape = unknown;

const STRING = 0;
const NUMBER = 1;
const BOOLEAN = 2;
const SECONDS = 4;
const LIST_OF = 64;
const STRUCTURE = 3;

type Structure = readonly [
  kind: number,
  namespace: string,
  name: string,
  traits: unknown,
  members: readonly string[],
  shapes: readonly Shape[],
  required?: number,
];

/** Traits of a member that does not stand in the body: a label of the path, the status. */
const OUTSIDE_BODY = 1 | 32;

/** What is wrong with `value` as a `shape` in JSON, each with its place; none where it fits. */
export function misfits(shape: Shape, value: unknown, at = '$'): readonly string[] {
  const [of] = resolved(shape);
  if (typeof of === 'number') return plainMisfits(of, value, at);
  if (!isStructure(of)) throw new Error(`a shape that nobody has asked for yet: ${JSON.stringify(of)}`);
  return structureMisfits(of, value, at);
}

/** The members that a request or answer carries in its body, and those in its path. */
export const memberNames = (shape: Shape, where: 'body' | 'elsewhere'): readonly string[] => {
  const [of] = resolved(shape);
  if (!isStructure(of)) throw new Error('not a structure');
  const [, , , , members, shapes] = of;
  return members.filter((_, i) => (where === 'body') === !isOutside(shapes[i]));
};

function structureMisfits(of: Structure, value: unknown, at: string): readonly string[] {
  const [, , name, , members, shapes, required = 0] = of;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at} is no ${name}`];
  const given = Object.entries(value).filter(([, part]) => part !== undefined);
  return [
    ...given.flatMap(([key, part]) => {
      const i = members.indexOf(key);
      return i < 0
        ? [`${at}.${key} is nothing that a ${name} has`]
        : misfits(shapes[i], part, `${at}.${key}`);
    }),
    ...members
      .slice(0, required)
      .filter((key) => !given.some(([one]) => one === key))
      .map((key) => `${at}.${key} is missing`),
  ];
}

function plainMisfits(of: number, value: unknown, at: string): readonly string[] {
  if (of >= LIST_OF && of < 2 * LIST_OF)
    return Array.isArray(value)
      ? value.flatMap((one, i) => misfits(of - LIST_OF, one, `${at}[${i}]`))
      : [`${at} is no list`];
  const type = { [STRING]: 'string', [NUMBER]: 'number', [BOOLEAN]: 'boolean', [SECONDS]: 'number' }[of];
  if (type === undefined) throw new Error(`a kind of value that nobody has asked for yet: ${of}`);
  return typeof value === type ? [] : [`${at} is no ${type}`];
}

/** The shape itself, and the traits that its member gives it. */
function resolved(shape: Shape): readonly [Shape, unknown] {
  if (typeof shape === 'function') return resolved(shape());
  // A member with traits is a pair; structures and lists are longer and begin with a small number, too.
  if (Array.isArray(shape) && shape.length === 2) return [resolved(shape[0])[0], shape[1]];
  return [shape, 0];
}

function isOutside(shape: Shape): boolean {
  const traits = Array.isArray(shape) && shape.length === 2 ? shape[1] : 0;
  return typeof traits === 'number' && (traits & OUTSIDE_BODY) !== 0;
}

const isStructure = (shape: Shape): shape is Structure =>
  Array.isArray(shape) && Math.abs(Number(shape[0])) === STRUCTURE && Array.isArray(shape[4]);
