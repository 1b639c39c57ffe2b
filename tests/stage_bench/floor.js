// The floor that the stage is measured against: the same picture on a layered canvas, written by hand for this one purpose.
// Nothing is simulated: every message goes to and fro for ever between two nodes.
//
//   startFloor({ width, height, radius, weight, nodes: [[x, y]], links: [[a, b]], packets: 10000 })

import { makePackets, placeOf } from './scene.js';

const COLOURS = { paper: '#fbfaf6', link: '#9aa1b1', node: '#ffffff', rim: '#1c2230' };
const SORTS = ['#3b4cca', '#1a7f5a', '#7b8296'];
const TURN = Math.PI * 2;
// One path of thousands of shapes is painted four times slower than many of some sixty.
const SHAPES_A_PATH = 64;

let asked = 0;

globalThis.stopFloor = () => cancelAnimationFrame(asked);

globalThis.startFloor = (scene) => {
  const [still, moving] = ['still', 'moving'].map((id) => layer(id, scene));
  drawStill(still, scene);
  const packets = makePackets(scene);
  const frame = (now) => {
    drawMoving(moving, scene, packets, now / 1000);
    asked = requestAnimationFrame(frame);
  };
  asked = requestAnimationFrame(frame);
};

function layer(id, { width, height }) {
  const canvas = document.getElementById(id);
  Object.assign(document.getElementById('stage').style, { width: `${width}px`, height: `${height}px` });
  canvas.width = width * devicePixelRatio;
  canvas.height = height * devicePixelRatio;
  return canvas.getContext('2d');
}

function drawStill(context, { width, height, nodes, links, radius, weight }) {
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.lineWidth = 2.5 * weight;
  context.strokeStyle = COLOURS.link;
  context.beginPath();
  for (const [a, b] of links) {
    context.moveTo(...nodes[a]);
    context.lineTo(...nodes[b]);
  }
  context.stroke();
  context.fillStyle = COLOURS.node;
  context.strokeStyle = COLOURS.rim;
  context.beginPath();
  for (const [x, y] of nodes) {
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, TURN);
  }
  context.fill();
  context.stroke();
}

function drawMoving(context, { width, height, weight }, packets, seconds) {
  const size = Math.max(7 * weight, 1.5);
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  context.clearRect(0, 0, width, height);
  for (let sort = 0; sort < SORTS.length; sort += 1) {
    context.fillStyle = SORTS[sort];
    context.beginPath();
    let shapes = 0;
    for (const packet of packets) {
      if (packet.sort !== sort) continue;
      if (shapes === SHAPES_A_PATH) {
        context.fill();
        context.beginPath();
        shapes = 0;
      }
      shapes += 1;
      const [x, y] = placeOf(packet, seconds);
      trace(context, sort, x, y, size);
    }
    context.fill();
  }
}

function trace(context, sort, x, y, size) {
  if (sort === 0) {
    context.rect(x - 1.1 * size, y - 0.85 * size, 2.2 * size, 1.7 * size);
  } else if (sort === 1) {
    context.moveTo(x + 0.95 * size, y);
    context.arc(x, y, 0.95 * size, 0, TURN);
  } else {
    context.moveTo(x, y - 0.95 * size);
    context.lineTo(x + 0.95 * size, y);
    context.lineTo(x, y + 0.95 * size);
    context.lineTo(x - 0.95 * size, y);
  }
}
