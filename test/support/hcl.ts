/** A block such as `variable "name" { … }` of a Terraform file. */
export interface Block {
  readonly name: string;
  /** Its arguments as they are written, text without its quotes; of nested blocks nothing. */
  readonly said: Readonly<Record<string, string>>;
}

/** The blocks of one kind in a formatted file (`tofu fmt`: arguments are indented by two), in its order. */
export function blocks(text: string, kind: string): Block[] {
  const shape = new RegExp(`^${kind} "([^"]+)" \\{\\n(.*?)^\\}`, 'gms');
  return [...text.matchAll(shape)].map(([, name = '', body = '']) => ({
    name,
    said: Object.fromEntries(
      [...body.matchAll(/^ {2}(\w+) += (.+)$/gm)].map(([, argument = '', value = '']) => [
        argument,
        /^"(.*)"$/.exec(value)?.[1] ?? value,
      ]),
    ),
  }));
}
