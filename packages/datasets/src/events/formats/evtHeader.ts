/** Whether a text header (or its beginning) says EVT `version`. */
export const isEvt = (header: string, version: 2 | 3): boolean =>
  new RegExp(`^% (?:evt ${version}\\.0|format EVT${version}\\b)`, 'im').test(header);
