// The moving part of the scene that the floor and the rivals draw: every message goes over its link for ever.

/** Messages on random links, the same in every run. */
export function makePackets({ nodes, links, packets, radius, weight }) {
  // A small generator of our own, so that every run draws the same.
  let seed = 1;
  const random = () => ((seed = (seed * 48271) % 2147483647) / 2147483647);
  return Array.from({ length: packets }, () => {
    const link = links[Math.floor(random() * links.length)];
    const [a, b] = random() < 0.5 ? link : [link[1], link[0]];
    const [x1, y1] = nodes[a];
    const [x2, y2] = nodes[b];
    const length = Math.hypot(x2 - x1, y2 - y1) || 1;
    const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
    const trim = Math.min(radius, length * 0.45);
    const lane = 6.5 * weight;
    return {
      x: x1 + ux * trim - uy * lane,
      y: y1 + uy * trim + ux * lane,
      dx: ux * (length - 2 * trim),
      dy: uy * (length - 2 * trim),
      phase: random(),
      sort: Math.floor(random() * 3),
    };
  });
}

/** Where a message is at a moment: it sets out and arrives slowly. */
export function placeOf(packet, seconds) {
  const part = (packet.phase + seconds) % 1;
  const along = part + (part * part * (3 - 2 * part) - part) * 0.45;
  return [packet.x + packet.dx * along, packet.y + packet.dy * along];
}
