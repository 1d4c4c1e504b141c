/** The plain-text part of a mail (RFC 5322 bytes), with LF line ends; empty where it has none. */
export async function textOfMail(raw: Uint8Array): Promise<string> {
  const { default: PostalMime } = await import('postal-mime');
  const { text = '' } = await PostalMime.parse(raw);
  return text.replaceAll('\r\n', '\n').trimEnd();
}
