import { Menu, Popover } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Overview } from '../../../src/api/schemas/overview.ts';
import { choices } from '../api/questions.ts';
import { daysOfRange, RANGES } from '../app/periods.ts';
import { useFilter, useScope } from '../app/use-scope.ts';
import { rangeName } from '../format/days.ts';
import { Chevron } from '../parts/icons.tsx';

const NOW = { duration: 0 };
const COMPARISONS = [
  { name: 'month', label: 'The same days one month earlier' },
  { name: 'previous', label: 'As many days just before' },
  { name: 'year', label: 'The same days one year earlier' },
] as const;

/** Period, comparison and OU. What is chosen goes into the address. */
export function Pickers({ about }: { about: Overview['about'] }) {
  return (
    <div className="ctl">
      <PeriodPicker about={about} />
      <ComparisonPicker about={about} />
      <OuPicker chosen={about.filters.ou} />
      <MorePicker filters={about.filters} />
    </div>
  );
}

function PeriodPicker({ about }: { about: Overview['about'] }) {
  const filter = useFilter();
  const { data } = useQuery(choices);
  const [open, setOpen] = useState(false);
  const choose = (days: { from?: string | undefined; to?: string | undefined }) => {
    setOpen(false);
    filter({ from: days.from, to: days.to });
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    choose({ from: String(form.get('from')), to: String(form.get('to')) });
  };
  const latest = data?.about.period.to ?? about.period.to;
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="bottom-end"
      offset={4}
      trapFocus
      returnFocus
      transitionProps={NOW}
    >
      <Popover.Target>
        <button type="button" onClick={() => setOpen(!open)}>
          <span className="k">Period</span> {rangeName(about.period, about.period.to)} <Chevron />
        </button>
      </Popover.Target>
      <Popover.Dropdown className="pop" aria-label="Period">
        {RANGES.map(({ name, label }) => (
          <button
            className="option"
            type="button"
            key={name}
            onClick={() => choose(daysOfRange(name, latest))}
          >
            {label}
          </button>
        ))}
        <form className="days" onSubmit={submit} key={`${about.period.from} ${about.period.to}`}>
          <label>
            From
            <input
              type="date"
              name="from"
              required
              defaultValue={about.period.from}
              min={data?.firstDay ?? undefined}
            />
          </label>
          <label>
            To
            <input
              type="date"
              name="to"
              required
              defaultValue={about.period.to}
              max={data?.lastDay ?? undefined}
            />
          </label>
          <button className="btn p" type="submit">
            Show these days
          </button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

function ComparisonPicker({ about }: { about: Overview['about'] }) {
  const filter = useFilter();
  const { scope } = useScope();
  const chosen = scope.compare ?? 'month';
  return (
    <Menu position="bottom-end" offset={4} transitionProps={NOW}>
      <Menu.Target>
        <button type="button">
          <span className="k">vs</span>{' '}
          {about.comparedWith === null ? 'nothing' : rangeName(about.comparedWith, about.period.to)}{' '}
          <Chevron />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {COMPARISONS.map(({ name, label }) => (
          <Menu.Item key={name} aria-current={name === chosen} onClick={() => filter({ compare: name })}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function OuPicker({ chosen }: { chosen: string | null }) {
  const filter = useFilter();
  const { data } = useQuery(choices);
  const ous = data?.ous ?? [];
  return (
    <Menu position="bottom-end" offset={4} transitionProps={NOW}>
      <Menu.Target>
        <button type="button">
          <span className="k">OU</span> <bdi>{chosen ?? `All ${ous.length === 0 ? '' : ous.length}`}</bdi>{' '}
          <Chevron />
        </button>
      </Menu.Target>
      <Menu.Dropdown className="long">
        <Menu.Item aria-current={chosen === null} onClick={() => filter({ ou: undefined })}>
          All
        </Menu.Item>
        {ous.map((ou) => (
          <Menu.Item key={ou} aria-current={ou === chosen} onClick={() => filter({ ou })}>
            <bdi>{ou}</bdi>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

const TAG_STATES = [
  { name: 'compliant', label: 'All required tags' },
  { name: 'missing', label: 'A tag is missing' },
  { name: 'incomplete', label: 'A tag says nothing' },
  { name: 'not_taggable', label: 'Cannot be tagged' },
] as const;

/** The filters that are seldom needed: region and tag state. What is set is shown below, to be taken away. */
function MorePicker({ filters }: { filters: Overview['about']['filters'] }) {
  const filter = useFilter();
  const { data } = useQuery(choices);
  return (
    <Popover position="bottom-end" offset={4} trapFocus returnFocus transitionProps={NOW}>
      <Popover.Target>
        <button type="button">
          Filter <Chevron />
        </button>
      </Popover.Target>
      <Popover.Dropdown className="pop" aria-label="Filter">
        <div className="picks">
          <label>
            Region
            <select
              value={filters.region ?? ''}
              onChange={({ target }) => filter({ region: target.value === '' ? undefined : target.value })}
            >
              <option value="">All</option>
              {(data?.regions ?? []).map((region) => (
                <option key={region} value={region}>
                  {region === 'none' ? 'no region' : region}
                </option>
              ))}
            </select>
          </label>
          <label>
            Tags
            <select value={filters.tag ?? ''} onChange={({ target }) => filter({ tag: tagOf(target.value) })}>
              <option value="">All</option>
              {TAG_STATES.map(({ name, label }) => (
                <option key={name} value={name}>
                  {label}
                </option>
              ))}
            </select>
          </label>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

const tagOf = (text: string) => TAG_STATES.find(({ name }) => name === text)?.name;
