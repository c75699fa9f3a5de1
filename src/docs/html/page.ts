import type { View } from '../describe.ts';
export function htmlPage(view: View): string {
  return view.procedure.id;
}
