/*
 * Arrays with a place for each row of a chunk, which the next query uses again. Made anew by each, they would be what
 * has the collector go through the whole heap: it counts memory outside of it, and a query of four milliseconds makes hardly
 * anything else.
 */
import { chunkRows } from './column-chunk.ts';

class SpareRooms<Room> {
  readonly #make: () => Room;
  readonly #spares: Room[] = [];

  constructor(make: () => Room) {
    this.#make = make;
  }

  take(): Room {
    return this.#spares.pop() ?? this.#make();
  }

  /** Whoever gives a room back may not look at it any more. */
  give(room: Room): void {
    if (this.#spares.length < sparesMax) this.#spares.push(room);
  }
}

/** At most a megabyte of each kind, for queries that run at once. */
const sparesMax = 4;

/** For the places of rows in a chunk. */
export const rowRooms = new SpareRooms(() => new Uint16Array(chunkRows));
/** For a number of each row. */
export const numberRooms = new SpareRooms(() => new Uint32Array(chunkRows));
