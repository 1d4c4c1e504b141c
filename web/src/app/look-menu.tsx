import { Popover } from '@mantine/core';
import { Chevron } from '../parts/icons.tsx';
import { useLook } from './look.ts';
import { RANGES } from './periods.ts';

const THEMES = [
  { name: 'auto', label: 'System' },
  { name: 'light', label: 'Light' },
  { name: 'dark', label: 'Dark' },
] as const;
const DENSITIES = [
  { name: 'comfortable', label: 'Comfortable' },
  { name: 'dense', label: 'Dense' },
] as const;

/** How this person likes to see it. */
export function LookMenu() {
  const { look, keep } = useLook();
  return (
    <Popover position="bottom-end" offset={4} trapFocus returnFocus transitionProps={{ duration: 0 }}>
      <Popover.Target>
        <button className="view" type="button">
          View <Chevron />
        </button>
      </Popover.Target>
      <Popover.Dropdown className="pop" aria-label="View">
        <Choice title="Theme" of={THEMES} chosen={look.theme} choose={(theme) => keep({ theme })} />
        <Choice title="Rows" of={DENSITIES} chosen={look.density} choose={(density) => keep({ density })} />
        <Choice title="Opens with" of={RANGES} chosen={look.range} choose={(range) => keep({ range })} />
      </Popover.Dropdown>
    </Popover>
  );
}

interface ChoiceOf<Name extends string> {
  readonly title: string;
  readonly of: readonly { readonly name: Name; readonly label: string }[];
  readonly chosen: Name;
  readonly choose: (name: Name) => void;
}

function Choice<Name extends string>({ title, of, chosen, choose }: ChoiceOf<Name>) {
  return (
    <fieldset className="choice">
      <legend>{title}</legend>
      {of.map(({ name, label }) => (
        <label key={name}>
          <input type="radio" name={title} checked={name === chosen} onChange={() => choose(name)} />
          {label}
        </label>
      ))}
    </fieldset>
  );
}
