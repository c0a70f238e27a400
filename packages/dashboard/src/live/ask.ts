/** Questions to the server; addresses are relative to the page's, which has the token. */
export async function ask<T>(question: string, asked: Record<string, string | number>): Promise<T | null> {
  const words = Object.entries(asked).map(([name, value]) => [name, String(value)]);
  const response = await fetch(`${question}?${new URLSearchParams(words)}`);
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

/** @throws Error with the server's words. */
export async function wish(name: 'stop' | 'resume'): Promise<void> {
  const response = await fetch(name, { method: 'POST' });
  if (!response.ok) throw new Error(await response.text());
}
