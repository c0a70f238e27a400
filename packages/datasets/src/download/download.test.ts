import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { download } from './download.js';
import { base, breakOff, content, dir, file, get, host, md5, requests, serve } from './download.test.support.js';

test('fetches, reports progress, and does not fetch again', async () => {
  host.answer = serve(content);
  const seen: number[] = [];
  await get({}, { onProgress: ({ received, total }) => seen.push(received, total) });
  expect(readFileSync(file())).toEqual(content);
  expect(seen.slice(-2)).toEqual([content.length, content.length]);
  await get();
  expect(requests).toHaveLength(1);
  expect(existsSync(`${file()}.part`)).toBe(false);
});

test('goes on where it broke off', async () => {
  host.answer = (request, response) => (requests.length === 1 ? breakOff(60_000) : serve(content))(request, response);
  await get();
  expect(readFileSync(file())).toEqual(content);
  expect(requests[1]?.headers.range).toMatch(/^bytes=[1-9]\d*-$/);
  // No third: the first piece was kept, not spoilt and fetched again.
  expect(requests).toHaveLength(2);
});

test('starts again when the file has changed meanwhile', async () => {
  const old = Buffer.alloc(content.length, 7);
  writeFileSync(`${file()}.part`, old.subarray(0, 500));
  writeFileSync(`${file()}.part.source`, '"zero"');
  host.answer = serve(content);
  await get();
  expect(readFileSync(file())).toEqual(content);
  expect(requests.map(({ headers }) => headers['if-range'])).toEqual(['"zero"']);
});

test('a server that knows no ranges sends all of it', async () => {
  writeFileSync(`${file()}.part`, content.subarray(0, 500));
  writeFileSync(`${file()}.part.source`, '"one"');
  host.answer = (_, response) => response.writeHead(200, { 'content-length': content.length }).end(content);
  await get();
  expect(readFileSync(file())).toEqual(content);
  expect(requests.map(({ headers }) => headers.range)).toEqual(['bytes=500-']);
});

test('empty and short bodies are errors, and nothing is left that looks whole', async () => {
  host.answer = (_, response) => response.writeHead(200, { 'content-length': 0 }).end();
  await expect(get()).rejects.toThrow('sends an empty body (HTTP 200)');
  expect(requests).toHaveLength(3);
  // A guard that wants to see a browser; asked once, for it will say the same again.
  host.answer = (_, response) => response.writeHead(202).end();
  const before = requests.length;
  await expect(get()).rejects.toThrow(
    'answers HTTP 202 (a guard before the file, which lets browsers pass); expected 200; try again later, or use --from ' +
      `with a mirror; or open ${base}/data.bin in a browser, save what it gives as ${file()}, and run this again`,
  );
  expect(requests).toHaveLength(before + 1);
  host.answer = breakOff(60_000);
  await expect(get({}, { tries: 1 })).rejects.toThrow(/cannot be reached|sends \d+ of 100000 bytes/);
  expect(existsSync(file())).toBe(false);
});

test('a wrong checksum names both', async () => {
  const other = Buffer.alloc(content.length, 1);
  host.answer = serve(other);
  await expect(get()).rejects.toThrow(`gives MD5 ${md5(other)}, expected 100000 bytes with MD5 ${md5(content)}`);
  expect(requests).toHaveLength(1);
  expect(existsSync(file())).toBe(false);
  expect(existsSync(`${file()}.part`)).toBe(false);
});

test('another size is refused before it is read, or where it gets too long', async () => {
  host.answer = serve(Buffer.from('<html>sign in first</html>'));
  await expect(get()).rejects.toThrow('offers 26 bytes, expected 100000');
  // Without a length, and without an end.
  host.answer = (_, response) => {
    response.writeHead(200);
    const more = () => response.write(content, (error) => error ?? setImmediate(more));
    more();
  };
  await expect(get()).rejects.toThrow('gives more than 100000 bytes');
  host.answer = (_, response) => response.writeHead(200).end(content.subarray(0, 70));
  await expect(get({}, { tries: 1 })).rejects.toThrow('sends 70 of 100000 bytes');
});

test('a server that unpacks on the way is refused', async () => {
  host.answer = (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(content));
  await expect(get()).rejects.toThrow('content-encoding gzip');
  expect(requests[0]?.headers['accept-encoding']).toBe('identity');
});

test('refuses an answer from another place of the file, then starts again', async () => {
  writeFileSync(`${file()}.part`, content.subarray(0, 500));
  writeFileSync(`${file()}.part.source`, '"one"');
  const elsewhere = { 'content-range': 'bytes 0-99499/100000', 'content-length': 99_500 };
  host.answer = (_, response) => response.writeHead(206, elsewhere).end(content.subarray(0, 99_500));
  await expect(get({}, { tries: 1 })).rejects.toThrow("'bytes 0-99499/100000', expected bytes from 500 on");
  host.answer = serve(content);
  await get();
  expect(readFileSync(file())).toEqual(content);
  expect(requests[1]?.headers.range).toBeUndefined();
});

test('a file that cannot be written is not the server to blame', async () => {
  host.answer = serve(content);
  mkdirSync(`${file()}.part`);
  await expect(get()).rejects.toThrow(/data\.bin cannot be written: .*EISDIR/);
  expect(requests).toHaveLength(1);
});

test('404 is not tried again', async () => {
  host.answer = (_, response) => response.writeHead(404).end('no');
  await expect(get()).rejects.toThrow('answers HTTP 404');
  expect(requests).toHaveLength(1);
});

test('stops on a signal', async () => {
  const controller = new AbortController();
  host.answer = (_, response) => {
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, 1000), () => controller.abort(new Error('enough')));
  };
  await expect(get({}, { signal: controller.signal })).rejects.toThrow('enough');
  expect(existsSync(file())).toBe(false);
});

test('goes on after a stop', async () => {
  const controller = new AbortController();
  host.answer = breakOff(60_000);
  const stop = ({ received }: { received: number }) => received >= 30_000 && controller.abort(new Error('enough'));
  await expect(get({}, { signal: controller.signal, onProgress: stop })).rejects.toThrow('enough');
  host.answer = serve(content);
  await get();
  expect(readFileSync(file())).toEqual(content);
  expect(requests[1]?.headers.range).toMatch(/^bytes=[1-9]\d*-$/);
});

test('a stop during the pause gives its own reason', async () => {
  const controller = new AbortController();
  host.answer = (_, response) => {
    response.writeHead(503).end();
    setTimeout(() => controller.abort(new Error('enough')), 50);
  };
  await expect(get({}, { signal: controller.signal, pauseMilliseconds: 60_000 })).rejects.toThrow('enough');
  expect(requests).toHaveLength(1);
});

test('a stop before the start asks nobody and copies nothing', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(get({}, { signal })).rejects.toThrow('enough');
  await expect(get({}, { signal, from: dir })).rejects.toThrow('enough');
  expect(requests).toHaveLength(0);
});

test('a weak ETag identifies nothing; the date does', async () => {
  const date = 'Wed, 21 Oct 2015 07:28:00 GMT';
  host.answer = (_, response) => {
    response.writeHead(200, { etag: 'W/"one"', 'last-modified': date, 'content-length': content.length });
    response.write(content.subarray(0, 60_000), () => setTimeout(() => response.destroy(), 200));
  };
  await expect(get({}, { tries: 1 })).rejects.toThrow();
  host.answer = serve(content, date);
  await get();
  expect(requests[1]?.headers['if-range']).toBe(date);
  expect(readFileSync(file())).toEqual(content);
});

test('a damaged note of the source does not stand in the way for ever', async () => {
  writeFileSync(`${file()}.part`, content.subarray(0, 500));
  writeFileSync(`${file()}.part.source`, 'x\r\nhost: elsewhere\0');
  host.answer = serve(content);
  await get();
  expect(readFileSync(file())).toEqual(content);
  expect(requests.map(({ headers }) => headers['if-range'])).toEqual([undefined]);
});

test('redirects without end are an error', async () => {
  host.answer = (_, response) => response.writeHead(302, { location: `${base}/again` }).end();
  await expect(get({}, { tries: 1 })).rejects.toThrow('cannot be reached (redirect count exceeded)');
});

test('what a server says is shown short and without control characters', async () => {
  host.answer = (_, response) => response.writeHead(200, { 'content-encoding': `\u009b2J${'x'.repeat(5000)}` }).end('');
  await expect(get()).rejects.toThrow(/content-encoding \\u\{9b\}2Jx+\.\.\. \(5003 characters\): it would/);
});

test('a mirror by URL', async () => {
  host.answer = serve(content);
  await get({}, { from: `${base}/mirror/` });
  expect(requests[0]?.url).toBe('/mirror/data.bin');
});

test('a mirror in a folder is held to the same checks, and spares what was downloaded so far', async () => {
  const mirror = join(dir, 'mirror');
  const there = join(mirror, 'data.bin');
  mkdirSync(mirror);
  writeFileSync(`${file()}.part`, content.subarray(0, 500));
  const refused = async (message: string) => {
    await expect(get({}, { from: mirror })).rejects.toThrow(message);
    expect(existsSync(file())).toBe(false);
    expect(existsSync(`${file()}.copy`)).toBe(false);
  };
  await refused(`${there} cannot be read: there is no such file or folder (ENOENT); put the file of`);
  writeFileSync(there, 'no');
  await refused(`${there} has 2 bytes, expected 100000; put the file of ${base}/data.bin there`);
  const other = Buffer.alloc(content.length, 1);
  writeFileSync(there, other);
  await refused(`its 100000 bytes have MD5 ${md5(other)}, expected ${md5(content)}`);
  writeFileSync(there, content);
  const seen: number[] = [];
  await get({}, { from: mirror, onProgress: ({ received }) => seen.push(received) });
  expect(readFileSync(file())).toEqual(content);
  expect(seen).toEqual([content.length]);
  expect(readFileSync(`${file()}.part`)).toEqual(content.subarray(0, 500));
  expect(requests).toHaveLength(0);
});

test('unknown sets are refused', async () => {
  await expect(download('constructor', { dir })).rejects.toThrow("no download is known for 'constructor'");
});
