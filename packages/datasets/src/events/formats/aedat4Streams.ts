/** Which streams an AEDAT 4 file has, by the XML in its header. */

export interface EventStream {
  id: number;
  width: number | null;
  height: number | null;
}

interface Node {
  name: string;
  attributes: Map<string, string>;
}

const element = /<node\s+name="([^"]*)"[^>]*>|<\/node>|<attr\s+key="([^"]*)"[^>]*>([^<]*)<\/attr>/g;

/** The one of events with the lowest number; null: there is none. */
export function eventStreamOf(xml: string): EventStream | null {
  const streams: EventStream[] = [];
  const path: Node[] = [];
  for (const [text, node, key, value] of xml.matchAll(element)) {
    if (node !== undefined) path.push({ name: node, attributes: new Map() });
    else if (key !== undefined) noteAttribute(path, key, value as string);
    else if (text === '</node>') {
      const closed = path.pop();
      if (closed !== undefined) noteStream(closed, path.at(-1), streams);
    }
  }
  return streams.reduce<EventStream | null>((lowest, next) => (lowest && lowest.id < next.id ? lowest : next), null);
}

/** What stands in a stream's node `info` is noted with the stream. */
function noteAttribute(path: Node[], key: string, value: string): void {
  const owner = path.at(-1)?.name === 'info' ? path.at(-2) : path.at(-1);
  owner?.attributes.set(key, value);
}

function noteStream({ name, attributes }: Node, parent: Node | undefined, streams: EventStream[]): void {
  if (parent?.name !== 'outInfo' || !/^\d{1,9}$/.test(name) || attributes.get('typeIdentifier') !== 'EVTS') return;
  const size = (key: string): number | null => {
    const value = Number(attributes.get(key));
    return Number.isInteger(value) && value > 0 && value <= 65_536 ? value : null;
  };
  streams.push({ id: Number(name), width: size('sizeX'), height: size('sizeY') });
}
