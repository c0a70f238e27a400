/** Where a method stands in the kernels' list of its family. */
export function numberOf(names: readonly string[], name: string): number {
  const number = names.indexOf(name);
  if (number === -1) throw new Error(`the kernels have no "${name}": run npm run build:wasm`);
  return number;
}
