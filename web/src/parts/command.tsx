import { useState } from 'react';

/** A command that mends something, to be copied: the page itself changes nothing on the machine. */
export function Command({ text }: { text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <span className="cmd">
      <code>{text}</code>
      <button type="button" className="link" onClick={copy} aria-label={`Copy the command ${text}`}>
        {copied ? 'Copied' : 'Copy'}
      </button>
    </span>
  );
}
