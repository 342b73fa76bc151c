/** Draws the pictures of the gateway's hosts into assets/: a coloured disc with a sign on it. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { png } from './png.ts';

const SIZE = 96;
/** Each pixel is the mean of so many times so many samples. */
const SAMPLES = 4;
/** Half the width of a line; the disc has radius 1. */
const PEN = 0.075;

type Point = readonly [x: number, y: number];
type Colour = readonly [red: number, green: number, blue: number];
/** A line through points. */
type Stroke = readonly Point[];
interface Emblem {
  readonly colour: Colour;
  readonly strokes: readonly Stroke[];
}

const EMBLEMS: Readonly<Record<string, Emblem>> = {
  // Two shores and what joins them.
  gateway: {
    colour: [37, 99, 122],
    strokes: [
      arc([-0.38, 0], 0.2),
      arc([0.38, 0], 0.2),
      [
        [-0.18, 0],
        [0.18, 0],
      ],
    ],
  },
  // A hash sign, as before a channel's name.
  irc: {
    colour: [58, 110, 66],
    strokes: [
      [
        [-0.1, -0.5],
        [-0.26, 0.5],
      ],
      [
        [0.26, -0.5],
        [0.1, 0.5],
      ],
      [
        [-0.46, -0.18],
        [0.5, -0.18],
      ],
      [
        [-0.5, 0.18],
        [0.46, 0.18],
      ],
    ],
  },
  // An m in brackets.
  matrix: {
    colour: [70, 70, 78],
    strokes: [
      [
        [-0.42, -0.48],
        [-0.58, -0.48],
        [-0.58, 0.48],
        [-0.42, 0.48],
      ],
      [
        [0.42, -0.48],
        [0.58, -0.48],
        [0.58, 0.48],
        [0.42, 0.48],
      ],
      [
        [-0.28, 0.25],
        [-0.28, -0.2],
      ],
      [
        [-0.28, -0.08],
        [-0.2, -0.2],
        [-0.06, -0.2],
        [0, -0.08],
        [0, 0.25],
      ],
      [
        [0, -0.08],
        [0.08, -0.2],
        [0.22, -0.2],
        [0.28, -0.08],
        [0.28, 0.25],
      ],
    ],
  },
  // An envelope.
  email: {
    colour: [160, 76, 48],
    strokes: [
      [
        [-0.54, -0.36],
        [0.54, -0.36],
        [0.54, 0.36],
        [-0.54, 0.36],
        [-0.54, -0.36],
      ],
      [
        [-0.54, -0.32],
        [0, 0.1],
        [0.54, -0.32],
      ],
    ],
  },
};

function arc([x, y]: Point, radius: number): Stroke {
  return Array.from({ length: 33 }, (_, step) => {
    const angle = (step / 16) * Math.PI;
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)] as const;
  });
}

/** How far a point is from the line between two others. */
function distance([x, y]: Point, [fromX, fromY]: Point, [toX, toY]: Point): number {
  const [dx, dy] = [toX - fromX, toY - fromY];
  const along = ((x - fromX) * dx + (y - fromY) * dy) / (dx * dx + dy * dy);
  const part = Math.min(1, Math.max(0, along));
  return Math.hypot(x - fromX - part * dx, y - fromY - part * dy);
}

function isDrawn(point: Point, strokes: readonly Stroke[]): boolean {
  return strokes.some((stroke) =>
    stroke.some((to, index) => {
      const from = stroke[index - 1];
      return from !== undefined && distance(point, from, to) <= PEN;
    }),
  );
}

/** Red, green, blue and alpha of one pixel. */
function pixel(column: number, row: number, { colour, strokes }: Emblem): number[] {
  let [inside, drawn] = [0, 0];
  for (let sample = 0; sample < SAMPLES * SAMPLES; sample += 1) {
    const x = column + ((sample % SAMPLES) + 0.5) / SAMPLES;
    const y = row + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES;
    const point: Point = [(x / SIZE) * 2 - 1, (y / SIZE) * 2 - 1];
    if (Math.hypot(...point) > 0.98) continue;
    inside += 1;
    if (isDrawn(point, strokes)) drawn += 1;
  }
  if (inside === 0) return [0, 0, 0, 0];
  const mixed = colour.map((value) => Math.round(value + ((255 - value) * drawn) / inside));
  return [...mixed, Math.round((255 * inside) / SAMPLES ** 2)];
}

for (const [name, emblem] of Object.entries(EMBLEMS)) {
  const places = Array.from({ length: SIZE * SIZE }, (_, index) => [index % SIZE, Math.floor(index / SIZE)] as const);
  const pixels = Uint8Array.from(places.flatMap(([column, row]) => pixel(column, row, emblem)));
  writeFileSync(join(import.meta.dirname, '../assets', `${name}.png`), png(SIZE, pixels));
}
