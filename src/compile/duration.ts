import type { Takes } from '../model/procedure.ts';

/** Minutes as people say them: "45 min", "2 h", "1 h 30 min". */
export function durationText(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  const parts = [...(hours > 0 ? [`${hours} h`] : []), ...(rest > 0 ? [`${rest} min`] : [])];
  return parts.length === 0 ? '0 min' : parts.join(' ');
}

/** An estimate in one phrase: "about 1 h 30 min, 45 min of it down". */
export function takesText({ total, downtime }: Takes): string {
  const down = downtime === 0 ? 'nothing is down' : `${durationText(downtime)} of it down`;
  return `about ${durationText(total)}, ${down}`;
}
