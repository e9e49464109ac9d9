//! The topology and the layout of the stage, computed from the size of the canvas and the scenario
//! alone.

use super::geometry::{Point, Rect, Wire, at, rect};
use crate::convert::float;
use fusebox::{LayerConfig, LayerKind};
use fusebox_sim::{Dependency, Scenario};

/// A stage of one size.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layout {
    pub(super) crowd: Crowd,
    /// The service; none if the clients call the database directly.
    pub(super) service: Option<Rect>,
    /// The wire from the clients to the service.
    pub(super) inbound: Option<Wire>,
    /// One lane for each dependency.
    pub(super) lanes: Vec<Lane>,
    /// Whether a request travels from the top to the bottom.
    pub(super) upright: bool,
    /// The height that a stage of this width needs.
    pub(super) needed: f64,
    /// The topology of the stage.
    pub(super) topology: Topology,
}

/// The clients: a grid of dots.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Crowd {
    pub(super) place: Rect,
    pub(super) columns: u32,
    pub(super) dots: u32,
    /// The number of clients per dot.
    pub(super) per_dot: u32,
}

/// A dependency and the wire to it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lane {
    pub(super) part: Part,
    pub(super) wire: Wire,
    /// What is on the wire, from the service to the dependency.
    pub(super) stops: Vec<Stop>,
    /// Where the wire can be cut.
    pub(super) link: Point,
    pub(super) place: Rect,
}

/// Something on a wire.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stop {
    pub(super) kind: StopKind,
    /// The box of its symbol, with the wire through its middle.
    pub(super) place: Rect,
    /// The left edge of the box as a share of the wire.
    share: f64,
    /// The middle of its first line of text, and whether that is its name; none if there is no room.
    pub(super) label: Option<(Point, bool)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StopKind {
    Layer(LayerKind),
    /// The connections of the service to the dependency.
    Pool,
}

impl Lane {
    /// Where a layer is on the wire, as a share of it.
    pub(super) fn share_of(&self, kind: LayerKind) -> f64 {
        let stop = self.stops.iter().find(|stop| stop.kind == StopKind::Layer(kind));
        stop.map_or(0.4, |stop| stop.share)
    }
}

/// The stops of a dependency on a level part of its wire.
fn stops(part: &Part, wire: &Wire, from: Point, to: f64, upright: bool) -> Vec<Stop> {
    let layers = part.layers.iter().map(|&kind| StopKind::Layer(kind));
    let kinds: Vec<StopKind> = layers.chain(part.pool.map(|_| StopKind::Pool)).collect();
    let pitch = (to - from.x) / float(kinds.len().max(1));
    let side = (pitch * 0.62).min(STOP_MAX);
    // If neighbours have no room beside each other, every other one has its text above.
    let is_roomy = pitch >= LABEL;
    let stop = |(n, kind): (usize, StopKind)| {
        let middle = at(from.x + pitch * (float(n) + 0.5), from.y);
        let place = rect(middle.x - side / 2.0, middle.y - side / 2.0, side, side);
        let below = at(middle.x, place.bottom() + 11.0);
        let above = at(middle.x, place.y - 16.0);
        let label = match (is_roomy, upright) {
            (true, _) => Some((below, true)),
            (false, true) => (pitch >= LABEL * 0.7).then_some((below, false)),
            (false, false) => {
                (2.0 * pitch >= LABEL).then_some((if n % 2 == 0 { below } else { above }, true))
            }
        };
        Stop { kind, place, share: wire.nearest(at(place.x, place.middle().y)), label }
    };
    kinds.into_iter().enumerate().map(stop).collect()
}

/// The largest side of a symbol on a wire, and the width of the text below it.
const STOP_MAX: f64 = 30.0;
const LABEL: f64 = 46.0;

/// Below this width a request travels from the top to the bottom.
const NARROW: f64 = 600.0;

pub(super) const PITCH: f64 = 11.0;

/// The smallest height of the stage that suits the panels beside it.
const HEIGHT_MIN: f64 = 340.0;

impl Layout {
    /// The stage for a canvas of this size, or higher; boxes are taller on a touch screen.
    pub(super) fn new(width: f64, height: f64, touch: bool, topology: Topology) -> Self {
        if width < NARROW {
            Self::from_top(width, topology)
        } else {
            let lanes = float(topology.parts.len()) * (box_height(touch) + 16.0);
            let needed = HEIGHT_MIN.max(lanes + 24.0);
            Self { needed, ..Self::from_left(width, height.max(needed), touch, topology) }
        }
    }

    fn from_left(width: f64, height: f64, touch: bool, topology: Topology) -> Self {
        let margin = if width < 700.0 { 6.0 } else { 12.0 };
        let middle = height / 2.0;
        let columns = if width < 700.0 { 6..=8 } else { 8..=14 };
        let mut crowd = Crowd::new(topology.clients, columns, (height - 100.0) / PITCH);
        crowd.place.x = margin;
        // A little lower, because its name is above it.
        crowd.place.y = middle + 6.0 - crowd.place.height / 2.0;
        let box_width = (width * 0.21).clamp(150.0, 200.0);
        let box_x = width - margin - box_width;
        let start = crowd.place.right() + 8.0;
        let service = topology.service.map(|_| {
            let wide = (width * 0.19).clamp(124.0, 236.0);
            let free = box_x - start - wide;
            let high = (height - 32.0).min(470.0);
            rect(start + (free * 0.15).clamp(34.0, 120.0), (height - high) / 2.0, wide, high)
        });
        let inbound =
            service.map(|service| Wire::straight(at(start, middle), at(service.x, middle)));
        let from = service.map_or(start, |service| service.right());
        let box_height = box_height(touch);
        let parts = topology.parts.len();
        let rows = float(parts);
        let pitch = ((height - 16.0) / rows).min(box_height * 1.75);
        let lead = if parts == 1 { 8.0 } else { ((box_x - from) * 0.14).clamp(16.0, 60.0) };
        let lane = |(n, part): (usize, &Part)| {
            let off = float(n) - (rows - 1.0) / 2.0;
            let (begin, end) =
                (at(from, middle + off * 12.0), at(from + lead, middle + off * pitch));
            let half = f64::midpoint(begin.x, end.x);
            let curve = [begin, at(half, begin.y), at(half, end.y), end];
            let wire = Wire::through(curve, &[at(box_x, end.y)]);
            Lane {
                stops: stops(part, &wire, end, box_x - 32.0, false),
                part: part.clone(),
                wire,
                link: at(box_x - 17.0, end.y),
                place: rect(box_x, end.y - box_height / 2.0, box_width, box_height),
            }
        };
        let lanes = topology.parts.iter().enumerate().map(lane).collect();
        Self { crowd, service, inbound, lanes, upright: false, needed: height, topology }
    }

    /// The clients beside the service, and the dependencies below them, each with its wire above it.
    fn from_top(width: f64, topology: Topology) -> Self {
        let columns = if width < 300.0 { 6..=8 } else { 8..=10 };
        let mut crowd = Crowd::new(topology.clients, columns, 10.0);
        (crowd.place.x, crowd.place.y) = (4.0, 40.0);
        let service = topology.service.map(|service| {
            let strips =
                u32::from(service.jobs.is_some()) + u32::from(service.shared_pool.is_some());
            let high = (crowd.place.bottom() + 14.0).max(148.0) + 38.0 * f64::from(strips);
            let x = crowd.place.right() + 36.0;
            rect(x, 4.0, width - 4.0 - x, high)
        });
        let level = crowd.place.middle().y;
        let inbound =
            service.map(|it| Wire::straight(at(crowd.place.right() + 4.0, level), at(it.x, level)));
        let bottom = service.map_or(crowd.place.bottom() + 8.0, |service| service.bottom());
        let begin = service.map_or(at(32.0, bottom), |service| at(service.x, bottom - 8.0));
        let corner = width - 26.0;
        let mut y = bottom + 12.0;
        let mut lanes = Vec::new();
        for part in &topology.parts {
            let level = y + 16.0;
            let place = rect(4.0, level + 48.0, width - 8.0, WIDE_BOX);
            let end = at(16.0, level);
            let curve = [begin, at(0.0, begin.y), at(0.0, level), end];
            let wire = Wire::through(curve, &[at(corner, level), at(corner, place.y)]);
            lanes.push(Lane {
                stops: stops(part, &wire, at(18.0, level), corner - 24.0, true),
                part: part.clone(),
                wire,
                link: at(corner, level + 28.0),
                place,
            });
            y = place.bottom() + 12.0;
        }
        let needed = lanes.last().map_or(HEIGHT_MIN, |lane: &Lane| lane.place.bottom() + 6.0);
        Self { crowd, service, inbound, lanes, upright: true, needed, topology }
    }

    /// A wire by its index; the clients' wire is the first.
    pub(super) fn wire(&self, n: usize) -> Option<&Wire> {
        match (&self.inbound, n) {
            (Some(inbound), 0) => Some(inbound),
            _ => Some(&self.lane_of(n)?.wire),
        }
    }

    /// The dependency at the end of a wire; none for the clients' wire.
    pub(super) fn lane_of(&self, wire: usize) -> Option<&Lane> {
        self.lanes.get(wire.checked_sub(usize::from(self.inbound.is_some()))?)
    }

    /// All wires, in the order of their indices.
    pub(super) fn wires(&self) -> impl Iterator<Item = &Wire> {
        (0..).map_while(|n| self.wire(n))
    }

    /// The index of the wire to a dependency.
    pub(super) fn wire_to(&self, on: Dependency) -> Option<usize> {
        let lane = self.lanes.iter().position(|lane| lane.part.on == on)?;
        Some(lane + usize::from(self.inbound.is_some()))
    }

    /// The dependency with a layer at this point of its wire.
    pub(super) fn stop_at(&self, point: Point) -> Option<Dependency> {
        let is_here = |lane: &&Lane| lane.stops.iter().any(|it| it.place.grown(3.0).holds(point));
        self.lanes.iter().find(is_here).map(|lane| lane.part.on)
    }
}

impl Crowd {
    /// The smallest grid within these columns whose rows fit; if none fits, a dot stands for several
    /// clients.
    fn new(clients: u32, columns: std::ops::RangeInclusive<u32>, rows_max: f64) -> Self {
        let fits = |dots: u32, columns: u32| f64::from(dots.div_ceil(columns)) <= rows_max;
        let steps = (0..7).flat_map(|power| [1, 2, 5].map(|n| n * 10_u32.pow(power)));
        let widest = *columns.end();
        let per_dot =
            steps.into_iter().find(|&n| fits(clients.div_ceil(n), widest)).unwrap_or(u32::MAX);
        let dots = clients.div_ceil(per_dot);
        let columns = columns.into_iter().find(|&n| fits(dots, n)).unwrap_or(widest);
        let place =
            rect(0.0, 0.0, f64::from(columns) * PITCH, f64::from(dots.div_ceil(columns)) * PITCH);
        Self { place, columns, dots, per_dot }
    }

    /// The centre of a dot.
    pub(super) fn dot(&self, n: u32) -> Point {
        let (column, row) = (n % self.columns, n / self.columns);
        at(
            self.place.x + (f64::from(column) + 0.5) * PITCH,
            self.place.y + (f64::from(row) + 0.5) * PITCH,
        )
    }
}

/// The height of a box that is as wide as a narrow stage.
const WIDE_BOX: f64 = 68.0;

/// Touch screens need taller buttons.
const fn box_height(touch: bool) -> f64 {
    if touch { 132.0 } else { 118.0 }
}

/// The topology of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Topology {
    pub(super) clients: u32,
    /// None if the clients call the database directly.
    pub(super) service: Option<ServicePart>,
    /// The dependencies that are used, from the top to the bottom.
    pub(super) parts: Vec<Part>,
}

/// The service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ServicePart {
    pub(super) workers: u32,
    pub(super) queue: u32,
    /// Places in the job queue, if there is one and the service has writes for it.
    pub(super) jobs: Option<u32>,
    /// Connections of the pool that all dependencies share.
    pub(super) shared_pool: Option<u32>,
}

/// A dependency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) on: Dependency,
    /// The number of requests that it processes at a time.
    pub(super) slots: u32,
    /// Connections of the pool that only this dependency uses.
    pub(super) pool: Option<u32>,
    /// The layers around it, on or off, from the outermost; of the clients if there is no service.
    pub(super) layers: Vec<LayerKind>,
}

impl Topology {
    pub(super) fn of(scenario: &Scenario) -> Self {
        let writes = scenario.clients.iter().any(|group| group.mix.mutation > 0);
        let service = scenario.service.as_ref().map(|service| ServicePart {
            workers: service.threads,
            queue: service.accept_queue,
            jobs: service.writes.job_queue.filter(|_| writes).map(|jobs| jobs.capacity),
            shared_pool: service.shared_pool.map(|pool| pool.max_connections),
        });
        let parts = scenario.used().into_iter().map(|on| Part::of(scenario, on)).collect();
        Self { clients: scenario.client_count(), service, parts }
    }
}

impl Part {
    fn of(scenario: &Scenario, on: Dependency) -> Self {
        let config = &scenario.dependencies[on];
        let service = scenario.service.as_ref();
        let own_pool = config.pool.filter(|_| service.is_some_and(|it| it.shared_pool.is_none()));
        let clients = scenario.clients.first().map_or(&[][..], |group| &group.layers);
        let layers = if service.is_some() { &config.layers } else { clients };
        Self {
            on,
            slots: config.server.concurrency,
            pool: own_pool.map(|pool| pool.max_connections),
            layers: layers.iter().rev().map(LayerConfig::kind).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox_lab::presets;

    fn topology(dependencies: usize, clients: u32) -> Topology {
        let mut topology = Topology::of(&Scenario::default());
        topology.clients = clients;
        let layers = LayerKind::ALL.to_vec();
        let part = Part { pool: Some(20), layers, ..topology.parts[0].clone() };
        let part = |&on: &Dependency| Part { on, ..part.clone() };
        topology.parts = Dependency::ALL[..dependencies].iter().map(part).collect();
        topology
    }

    fn without_service(clients: u32) -> Topology {
        let herd = presets::find("herd-immediate").expect("a preset");
        Topology { clients, ..Topology::of(&(herd.scenario)()) }
    }

    fn check(width: f64, touch: bool, topology: &Topology) {
        let layout = Layout::new(width, 0.0, touch, topology.clone());
        let height = layout.needed;
        let mut boxes = vec![layout.crowd.place];
        boxes.extend(layout.service);
        for lane in &layout.lanes {
            boxes.extend([lane.place, rect(lane.link.x, lane.link.y, 0.0, 0.0).grown(12.0)]);
            assert_eq!(
                lane.stops.len(),
                lane.part.layers.len() + usize::from(lane.part.pool.is_some())
            );
            boxes.extend(lane.stops.iter().map(|stop| stop.place));
            let ordered = lane.stops.windows(2).all(|it| it[0].share < it[1].share);
            assert!(ordered, "the outermost layer is the first on the wire");
        }
        let what = format!("{width}, touch {touch}, {} dependencies", topology.parts.len());
        for (n, a) in boxes.iter().enumerate() {
            assert!(a.x >= 0.0 && a.right() <= width, "{what}: {a:?} is outside");
            assert!(a.y >= 0.0 && a.bottom() <= height, "{what}: {a:?} is outside of {height}");
            for b in &boxes[n + 1..] {
                assert!(!a.overlaps(b), "{what}: {a:?} over {b:?}");
            }
        }
        for wire in layout.wires() {
            assert!(wire.at(0.0).distance(wire.at(1.0)) > 30.0, "{what}: a short wire");
        }
    }

    #[test]
    fn nothing_overlaps_and_nothing_leaves_the_canvas() {
        for width in [262, 302, 358, 480, 559, 560, 586, 640, 700, 760, 900, 1_100, 1_600] {
            let width = f64::from(width);
            for touch in [false, true] {
                for dependencies in 1..=6 {
                    for clients in [1, 100, 200, 2_000, 1_000_000] {
                        check(width, touch, &topology(dependencies, clients));
                    }
                }
                check(width, touch, &without_service(2_000));
            }
        }
    }

    #[test]
    fn a_dot_is_a_client_until_there_are_too_many() {
        let dots = |clients| {
            let Crowd { dots, per_dot, .. } =
                Layout::new(800.0, 440.0, false, topology(1, clients)).crowd;
            (dots, per_dot)
        };
        assert_eq!(dots(200), (200, 1));
        assert_eq!(dots(2_000), (400, 5));
        assert_eq!(dots(10_000), (200, 50));
        assert_eq!(dots(1_000_000), (200, 5_000));
    }

    #[test]
    fn a_layer_is_found_where_it_is() {
        let layout = Layout::new(800.0, 440.0, false, topology(3, 100));
        for lane in &layout.lanes {
            for stop in &lane.stops {
                assert_eq!(layout.stop_at(stop.place.middle()), Some(lane.part.on));
                assert!(lane.wire.at(stop.share).distance(stop.place.middle()) < 20.0);
            }
        }
        assert_eq!(layout.stop_at(at(5.0, 5.0)), None);
    }

    #[test]
    fn the_layers_are_on_the_wire_in_their_order_and_another_order_is_another_picture() {
        let names = |scenario: &Scenario| {
            let layout = Layout::new(766.0, 0.0, false, Topology::of(scenario));
            let stops = layout.lanes[0].stops.iter().map(|stop| stop.kind);
            stops.collect::<Vec<_>>()
        };
        let mut scenario = Scenario::search_service();
        let before = names(&scenario);
        let usual = LayerKind::USUAL.iter().rev().map(|&kind| StopKind::Layer(kind));
        assert_eq!(before, usual.collect::<Vec<_>>(), "outermost first");
        scenario.dependencies[Dependency::Postgres].layers.swap(0, 1);
        let after = names(&scenario);
        assert_eq!((after[4], after[3]), (before[3], before[4]));
        let clients =
            Topology::of(&(presets::find("herd-full-jitter").expect("a preset").scenario)());
        assert_eq!(clients.parts[0].layers, [LayerKind::Retry, LayerKind::Timeout]);
    }

    #[test]
    fn where_there_is_room_each_layer_has_its_name_on_a_desktop_and_a_phone() {
        let topology = Topology::of(&Scenario::search_service());
        for (width, has_name) in [(766.0, true), (622.0, true), (318.0, true)] {
            let layout = Layout::new(width, 0.0, width < 400.0, topology.clone());
            for stop in &layout.lanes[0].stops {
                assert_eq!(stop.label.map(|(_, named)| named), Some(has_name), "{width}");
            }
        }
    }

    fn parts(preset: &str) -> Vec<Dependency> {
        let preset = presets::find(preset).expect("a preset");
        Topology::of(&(preset.scenario)()).parts.iter().map(|part| part.on).collect()
    }

    #[test]
    fn only_dependencies_in_use_are_on_the_stage() {
        use Dependency::{Cache, Model, Postgres, SmallModel};
        assert_eq!(parts("search-service"), [Postgres]);
        assert_eq!(parts("herd-immediate"), [Postgres]);
        assert_eq!(parts("bulkheads-save-health"), [Postgres, Model, Cache]);
        assert_eq!(parts("rate-limited-model"), [Postgres, Model, SmallModel, Cache]);
    }

    #[test]
    fn with_a_shared_pool_no_dependency_has_its_own() {
        let topology = Topology::of(&(presets::find("shared-pool").expect("a preset").scenario)());
        assert_eq!(topology.service.and_then(|service| service.shared_pool), Some(38));
        assert!(topology.parts.iter().all(|part| part.pool.is_none()));
        let herd = Topology::of(&(presets::find("herd-immediate").expect("a preset").scenario)());
        assert_eq!((herd.clients, herd.service), (2_000, None));
        assert!(herd.parts.iter().all(|part| part.pool.is_none()));
    }
}
