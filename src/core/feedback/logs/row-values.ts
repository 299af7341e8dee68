/** Times and amounts as logs write them. */
import type { JsonValue } from '../../json/json.ts';

const LAST = 253_402_300_800_000;

/** ms since 1970: ISO 8601 (in UTC where it says no zone), or seconds, ms, µs or ns since 1970 by their size; null: it is no time. */
export function parseTime(value: JsonValue | undefined): number | null {
  if (typeof value === 'number') return fromEpoch(value);
  if (typeof value !== 'string') return null;
  const text = value.trim();
  if (/^\d{9,20}(\.\d+)?$/.test(text)) return fromEpoch(Number(text));
  const parts = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?) ?(Z|UTC|[+-]\d\d(?::?\d\d)?)?)?$/i.exec(text);
  if (parts === null) return null;
  const [, day = '', clock = '00:00', zone = 'Z'] = parts;
  const seconds = clock.length === 5 ? `${clock}:00` : clock.replace(',', '.').replace(/(\.\d{3})\d+$/, '$1');
  const offset = /^[+-]\d\d$/.test(zone)
    ? `${zone}:00`
    : /^[+-]\d{4}$/.test(zone)
      ? `${zone.slice(0, 3)}:${zone.slice(3)}`
      : zone.startsWith('+') || zone.startsWith('-')
        ? zone
        : 'Z';
  return inRange(Date.parse(`${day}T${seconds}${offset}`));
}

/** Seconds until the year 5138, ms from 1973 on, then µs and ns. */
function fromEpoch(value: number): number | null {
  if (!(value > 1e8)) return null;
  const ms = value < 1e11 ? value * 1000 : value < 1e14 ? value : value < 1e17 ? value / 1e3 : value / 1e6;
  return inRange(Math.round(ms));
}

const inRange = (ms: number): number | null => (ms >= 0 && ms < LAST ? ms : null);

/** A number of at least 0, also as text with a currency sign; null: not a number. */
export function parseAmount(value: JsonValue | undefined): number | null {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim().replace(/^\$ ?/, '') : '';
  if (!/^\d*\.?\d+(e[+-]?\d+)?$/i.test(text)) return null;
  const amount = Number(text);
  return Number.isFinite(amount) && amount >= 0 ? amount : null;
}
