import { Popover } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { status } from '../api/questions.ts';
import { useAsOf } from '../app/use-scope.ts';
import { Chevron } from '../parts/icons.tsx';

/** As of which day or lake version the pages tell. */
export function AsOfPicker() {
  const { asOf, show } = useAsOf();
  const [open, setOpen] = useState(false);
  const { data } = useQuery(status);
  const choose = (text: string | undefined) => {
    setOpen(false);
    show(text);
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [day, version] = [String(form.get('day') ?? ''), String(form.get('version') ?? '').trim()];
    if (version !== '') choose(version);
    else if (day !== '') choose(day);
  };
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="bottom-end"
      offset={4}
      trapFocus
      returnFocus
      transitionProps={{ duration: 0 }}
    >
      <Popover.Target>
        <button
          className="view when"
          type="button"
          title="Show what was known at an earlier moment"
          onClick={() => setOpen(!open)}
        >
          {asOf === undefined ? 'Now' : `As of ${asOf}`} <Chevron />
        </button>
      </Popover.Target>
      <Popover.Dropdown className="pop" aria-label="As of">
        <button
          type="button"
          className="option"
          aria-current={asOf === undefined}
          onClick={() => choose(undefined)}
        >
          Now{data?.lake == null ? '' : `, lake version ${data.lake.version}`}
        </button>
        <form className="days" onSubmit={submit}>
          <label>
            End of day (UTC)
            <input
              type="date"
              name="day"
              max={data?.now.slice(0, 10)}
              defaultValue={/^\d{4}-/.test(asOf ?? '') ? asOf?.slice(0, 10) : undefined}
            />
          </label>
          <label>
            or lake version
            <input type="text" inputMode="numeric" pattern="v?[0-9]{1,12}" name="version" placeholder="412" />
          </label>
          <button type="submit" className="btn">
            Show as known then
          </button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
