/** Where a method stands in the kernels' list of its family; `letter` tells the names in it, letter by letter. */
export function numberOf(letter: (method: number, place: number) => number, name: string): number {
  for (let method = 0; letter(method, 0) !== 0; method++) {
    let place = 0;
    while (place < name.length && letter(method, place) === name.charCodeAt(place)) place++;
    if (place === name.length && letter(method, place) === 0) return method;
  }
  throw new Error(`the kernels have no "${name}": run npm run build:wasm`);
}
