/** In place of node:timers/promises: pauses between tries take no time. */
export async function setTimeout() {}
