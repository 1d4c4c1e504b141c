/** How many letters of a name's end stay when it is cut. */
const TAIL = 10;

/** A name from outside: its direction is its own, and it is cut in its middle, so that the ending stays. */
export function Name({ text }: { text: string }) {
  const letters = [...text];
  if (letters.length <= 2 * TAIL) return <bdi>{text}</bdi>;
  return (
    <bdi className="mid" title={text}>
      <span>{letters.slice(0, -TAIL).join('')}</span>
      <span>{letters.slice(-TAIL).join('')}</span>
    </bdi>
  );
}
