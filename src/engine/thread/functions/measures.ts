/** Distances as the search module measures them, so that what it selects and what is re-checked here agree. Pure. */

/** Metres of the sphere on which the module measures (geohash_helper.c of Redis). */
const EARTH_RADIUS_M = 6_372_797.560856;

/** Metres of one unit. */
export const GEO_UNITS: Readonly<Record<string, number>> = { m: 1, km: 1_000, mi: 1_609.34, ft: 0.3048 };

export type VectorMetric = 'cosine' | 'l2' | 'ip';

/** Reads `lon,lat` in degrees; null where the text is no such pair. */
export function pointFrom(text: string): readonly [longitude: number, latitude: number] | null {
  const match = /^\s*(-?[0-9.]+(?:[eE][-+]?[0-9]+)?)\s*[,\s]\s*(-?[0-9.]+(?:[eE][-+]?[0-9]+)?)\s*$/.exec(text);
  if (match === null) return null;
  const longitude = Number(match[1]);
  const latitude = Number(match[2]);
  const isOnEarth = Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90;
  return isOnEarth ? [longitude, latitude] : null;
}

/** Gives the great-circle distance in metres (haversine). */
export function geoDistance(
  [fromLongitude, fromLatitude]: readonly [number, number],
  [toLongitude, toLatitude]: readonly [number, number],
): number {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const u = Math.sin((radians(toLatitude) - radians(fromLatitude)) / 2);
  const v = Math.sin((radians(toLongitude) - radians(fromLongitude)) / 2);
  const h = u * u + Math.cos(radians(fromLatitude)) * Math.cos(radians(toLatitude)) * v * v;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Gives the distance of two vectors of one length: 1 − cosine, the squared Euclidean distance, 1 − inner product. */
export function vectorDistance(a: ArrayLike<number>, b: ArrayLike<number>, metric: VectorMetric): number {
  let product = 0;
  let squaresOfA = 0;
  let squaresOfB = 0;
  let squares = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i] ?? 0;
    const y = b[i] ?? 0;
    product += x * y;
    squaresOfA += x * x;
    squaresOfB += y * y;
    squares += (x - y) * (x - y);
  }
  if (metric === 'l2') return squares;
  return metric === 'ip' ? 1 - product : 1 - product / Math.sqrt(squaresOfA * squaresOfB);
}
