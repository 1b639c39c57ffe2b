// Draws the scene of the floor by means of a library, in the way that moves its messages with the least work.
//
//   await startRival('pixi', { width, height, radius, weight, nodes: [[x, y]], links: [[a, b]], packets: 10000 })
//
// The library's script must have been loaded; plain SVG needs none. Nothing is simulated.

import { makePackets, placeOf } from './scene.js';

const COLOURS = { link: '#9aa1b1', node: '#ffffff', rim: '#1c2230' };
const SORTS = ['#3b4cca', '#1a7f5a', '#7b8296'];
const SVG = 'http://www.w3.org/2000/svg';

globalThis.startRival = async (name, scene) => {
  const stage = document.getElementById('stage');
  Object.assign(stage.style, { width: `${scene.width}px`, height: `${scene.height}px` });
  const packets = makePackets(scene);
  const draw = await RIVALS[name](stage, scene, packets);
  const frame = (now) => {
    draw(now / 1000);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
};

const sizeOf = ({ weight }) => Math.max(7 * weight, 1.5) * 2;

const RIVALS = { svg, cytoscape: byCytoscape, vis, sigma, pixi };

/** One element for each thing; messages move by their transform. */
function svg(stage, scene, packets) {
  const root = document.createElementNS(SVG, 'svg');
  const add = (kind, attributes) => {
    const element = document.createElementNS(SVG, kind);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return root.appendChild(element);
  };
  root.setAttribute('width', scene.width);
  root.setAttribute('height', scene.height);
  for (const [a, b] of scene.links) {
    const [[x1, y1], [x2, y2]] = [scene.nodes[a], scene.nodes[b]];
    add('line', { x1, y1, x2, y2, stroke: COLOURS.link });
  }
  for (const [cx, cy] of scene.nodes) add('circle', { cx, cy, r: scene.radius, fill: COLOURS.node, stroke: COLOURS.rim });
  const moving = packets.map(({ sort }) => add('circle', { r: sizeOf(scene) / 2, fill: SORTS[sort] }));
  stage.append(root);
  return (seconds) => {
    packets.forEach((packet, index) => {
      const [x, y] = placeOf(packet, seconds);
      moving[index].setAttribute('transform', `translate(${x} ${y})`);
    });
  };
}

/** Messages are nodes, moved in one batch. */
function byCytoscape(stage, scene, packets) {
  const size = sizeOf(scene);
  const cy = globalThis.cytoscape({
    container: stage,
    layout: { name: 'preset' },
    autoungrabify: true,
    elements: [
      ...scene.nodes.map(([x, y], index) => ({ data: { id: `n${index}`, size: scene.radius * 2, colour: COLOURS.node }, position: { x, y } })),
      ...scene.links.map(([a, b]) => ({ data: { source: `n${a}`, target: `n${b}` } })),
      ...packets.map(({ sort }, index) => ({ data: { id: `p${index}`, size, colour: SORTS[sort] }, position: { x: 0, y: 0 } })),
    ],
    style: [
      { selector: 'node', style: { width: 'data(size)', height: 'data(size)', 'background-color': 'data(colour)' } },
      { selector: 'edge', style: { width: 1, 'line-color': COLOURS.link, 'curve-style': 'haystack' } },
    ],
  });
  cy.viewport({ zoom: 1, pan: { x: 0, y: 0 } });
  const moving = packets.map((_, index) => cy.getElementById(`p${index}`));
  return (seconds) => {
    cy.batch(() =>
      packets.forEach((packet, index) => {
        const [x, y] = placeOf(packet, seconds);
        moving[index].position({ x, y });
      }),
    );
  };
}

/** Messages are nodes whose places are written past its data sets, which would take far longer. */
function vis(stage, scene, packets) {
  const size = sizeOf(scene) / 2;
  const nodes = [
    ...scene.nodes.map(([x, y], id) => ({ id, x, y, size: scene.radius, shape: 'dot', color: COLOURS.node })),
    ...packets.map(({ sort }, index) => ({ id: `p${index}`, x: 0, y: 0, size, shape: 'dot', color: SORTS[sort] })),
  ];
  const edges = scene.links.map(([from, to]) => ({ from, to, color: COLOURS.link }));
  const options = { physics: false, layout: { improvedLayout: false }, edges: { smooth: false }, interaction: { hover: false } };
  const network = new globalThis.vis.Network(stage, { nodes, edges }, options);
  network.moveTo({ position: { x: scene.width / 2, y: scene.height / 2 }, scale: 1 });
  const moving = packets.map((_, index) => network.body.nodes[`p${index}`]);
  return (seconds) => {
    packets.forEach((packet, index) => ([moving[index].x, moving[index].y] = placeOf(packet, seconds)));
    network.redraw();
  };
}

/** Messages are nodes, all told anew at once, drawn by the graphics card or what stands in for it. */
function sigma(stage, scene, packets) {
  const graph = new globalThis.graphology.Graph({ type: 'directed', multi: true });
  scene.nodes.forEach(([x, y], index) => graph.addNode(`n${index}`, { x, y: -y, size: scene.radius, color: COLOURS.node }));
  for (const [a, b] of scene.links) graph.addEdge(`n${a}`, `n${b}`, { size: 1, color: COLOURS.link });
  packets.forEach((packet, index) => {
    const [x, y] = placeOf(packet, 0);
    graph.addNode(`p${index}`, { x, y: -y, size: sizeOf(scene) / 2, color: SORTS[packet.sort], packet });
  });
  new globalThis.Sigma(graph, stage);
  return (seconds) => {
    graph.updateEachNodeAttributes(
      (_, attributes) => {
        if (!attributes.packet) return attributes;
        const [x, y] = placeOf(attributes.packet, seconds);
        attributes.x = x;
        attributes.y = -y;
        return attributes;
      },
      { attributes: ['x', 'y'] },
    );
  };
}

/** Messages are particles, of which only the place changes. */
async function pixi(stage, scene, packets) {
  const { Application, Graphics, Particle, ParticleContainer } = globalThis.PIXI;
  const app = new Application();
  await app.init({ width: scene.width, height: scene.height, background: '#fbfaf6', antialias: true, preference: 'webgl' });
  stage.append(app.canvas);
  const still = new Graphics();
  for (const [a, b] of scene.links) still.moveTo(...scene.nodes[a]).lineTo(...scene.nodes[b]);
  still.stroke({ width: 2.5 * scene.weight, color: COLOURS.link });
  for (const [x, y] of scene.nodes) still.circle(x, y, scene.radius);
  still.fill(COLOURS.node).stroke({ width: 1, color: COLOURS.rim });
  const dot = new Graphics().circle(0, 0, sizeOf(scene) / 2).fill('#ffffff');
  const texture = app.renderer.generateTexture(dot);
  const container = new ParticleContainer({ dynamicProperties: { position: true } });
  const moving = packets.map(({ sort }) => new Particle({ texture, tint: SORTS[sort], anchorX: 0.5, anchorY: 0.5 }));
  container.addParticle(...moving);
  app.stage.addChild(still, container);
  return (seconds) => {
    packets.forEach((packet, index) => ([moving[index].x, moving[index].y] = placeOf(packet, seconds)));
  };
}
