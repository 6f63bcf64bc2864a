/** A place in the record: everything after it is still to be read. Both parts are 64-bit numbers in decimal. */
export type EventPlace = { xid: string; seq: string };

/** Before the first event. */
export const BEGINNING: EventPlace = { xid: '0', seq: '0' };

/** The place of an event, from its id `<xid>-<seq>`, before which its history may stand. */
export function toPlace(id: string): EventPlace {
  const [xid, seq] = id.split('-').slice(-2);
  return { xid: xid!, seq: seq! };
}

/** Whether `a` stands after `b`. */
export const isAfter = (a: EventPlace, b: EventPlace): boolean =>
  a.xid === b.xid ? BigInt(a.seq) > BigInt(b.seq) : BigInt(a.xid) > BigInt(b.xid);
