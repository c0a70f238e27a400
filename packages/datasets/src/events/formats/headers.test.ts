import { describe, expect, it } from 'vitest';
import { bytesStream } from '../stream.js';
import { eventStreamOf } from './aedat4Streams.js';
import { Cursor } from './cursor.js';
import { eventFormatOf } from './index.js';
import { readPercentHeader } from './percentHeader.js';

describe('eventStreamOf', () => {
  const stream = (id: number, type: string, info = '') => `<node name="${id}" path="/outInfo/${id}/">
    <attr key="typeIdentifier" type="string">${type}</attr>
    <node name="info" path="/outInfo/${id}/info/">${info}</node>
  </node>`;
  const file = (...streams: string[]) =>
    `<dv version="2.0"><node name="outInfo" path="/outInfo/">${streams.join('')}</node></dv>`;
  const size = '<attr key="sizeX" type="int">320</attr><attr key="sizeY" type="int">240</attr>';

  it('gives the stream of events with the lowest number, and its size', () => {
    const xml = file(stream(0, 'FRME'), stream(2, 'EVTS', size), stream(1, 'EVTS'), stream(3, 'IMUS'));
    expect(eventStreamOf(xml)).toEqual({ id: 1, width: null, height: null });
    expect(eventStreamOf(file(stream(5, 'EVTS'), stream(4, 'EVTS', size)))).toEqual({ id: 4, width: 320, height: 240 });
  });

  it('gives none where there is none', () => {
    expect(eventStreamOf(file(stream(0, 'FRME')))).toBeNull();
    expect(eventStreamOf('</node></node><attr key="typeIdentifier">EVTS</attr>')).toBeNull();
  });
});

describe('readPercentHeader', () => {
  const read = async (text: string) => {
    const cursor = new Cursor(bytesStream('a.raw', Buffer.from(text, 'latin1')));
    const { lines, width, height } = await readPercentHeader(cursor);
    return { lines: lines.length, width, height, at: cursor.offset };
  };

  it('finds the size, however it is written', async () => {
    expect(await read('% evt 3.0\n% geometry 640x480\n')).toMatchObject({ width: 640, height: 480 });
    expect(await read('% format EVT3;height=720;width=1280\n% end\n')).toMatchObject({ width: 1280, height: 720 });
    expect(await read('% Height 240\r\n% Width 304\r\n')).toMatchObject({ width: 304, height: 240 });
    expect(await read('% evt 3.0\n')).toMatchObject({ width: null, height: null });
  });

  it('ends at its end, or before what is no line of it', async () => {
    expect(await read('% end\n% more\n')).toMatchObject({ lines: 1, at: 6 });
    expect(await read('% one\n%two\n')).toMatchObject({ lines: 1, at: 6 });
    expect(await read('% one\n% \u0001\n')).toMatchObject({ lines: 1, at: 6 });
    expect(await read('% one')).toMatchObject({ lines: 0, at: 0 });
  });

  it('refuses one without end', async () => {
    await expect(read('% a\n'.repeat(20_000))).rejects.toThrow('a.raw: byte 0: expected at most 10000 lines of header');
    await expect(read(`% ${'a'.repeat(70_000)}`)).rejects.toThrow('expected a line of at most 65536 bytes');
  });
});

describe('eventFormatOf', () => {
  it('tells formats of the same ending by their first bytes', () => {
    const of = (name: string, text: string) => eventFormatOf(name, Buffer.from(text, 'latin1'))?.name;
    expect(of('A.AEDAT', '#!AER-DAT2.0\r\n')).toBe('aedat2');
    expect(of('a.aedat', '#!AER-DAT3.1\r\n')).toBe('aedat3');
    expect(of('a.aedat', '#!AER-DAT1.0\r\n')).toBeUndefined();
    expect(of('a.raw', '% date 2023\n% evt 2.0\n')).toBe('evt2');
    expect(of('a.raw', '% format EVT3;height=720\n')).toBe('evt3');
    expect(of('a.raw', '% evt 4.0\n')).toBeUndefined();
    expect(of('a.txt', '')).toBeUndefined();
  });
});
