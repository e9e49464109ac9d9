//! The topology and the layout of the stage, computed from the size of the canvas and the scenario
//! alone.

use super::geometry::{Point, Rect, Wire, at, rect};
use crate::convert::{float, whole};
use fusebox::LayerKind;
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
    /// The centre of the fuse.
    pub(super) fuse: Point,
    /// Where the wire can be cut.
    pub(super) link: Point,
    /// The slots of the bulkhead and of the pool.
    pub(super) bulkhead: Rect,
    pub(super) pool: Rect,
    pub(super) place: Rect,
}

/// Below this width a request travels from the top to the bottom.
const NARROW: f64 = 560.0;

pub(super) const PITCH: f64 = 11.0;

/// Half the size of a fuse.
pub(super) const FUSE: (f64, f64) = (21.0, 15.0);

/// The height of a row of slots with its text.
pub(super) const STRIP: f64 = 22.0;

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
        let margin = if width < 700.0 { 12.0 } else { 24.0 };
        let middle = height / 2.0;
        let columns = if width < 700.0 { 6..=8 } else { 8..=14 };
        let mut crowd = Crowd::new(topology.clients, columns, (height - 100.0) / PITCH);
        crowd.place.x = margin;
        // A little lower, because its name is above it.
        crowd.place.y = middle + 6.0 - crowd.place.height / 2.0;
        let box_width = (width * 0.24).clamp(156.0, 220.0);
        let box_x = width - margin - box_width;
        let start = crowd.place.right() + 8.0;
        let service = topology.service.map(|_| {
            let wide = (width * 0.24).clamp(136.0, 236.0);
            let free = box_x - start - wide;
            let high = (height - 32.0).min(470.0);
            rect(start + free * 0.33, (height - high) / 2.0, wide, high)
        });
        let inbound =
            service.map(|service| Wire::straight(at(start, middle), at(service.x, middle)));
        let from = service.map_or(start, |service| service.right());
        let box_height = box_height(touch);
        let fuse_x = from + ((box_x - from) * 0.46).clamp(50.0, 150.0);
        let parts = topology.parts.len();
        let rows = float(parts);
        let pitch = ((height - 16.0) / rows).min(box_height * 1.75);
        let lane = |(n, part): (usize, &Part)| {
            let off = float(n) - (rows - 1.0) / 2.0;
            let fuse = at(fuse_x, middle + off * pitch);
            let begin = at(from, middle + off * 12.0);
            let end = at(fuse.x - FUSE.0, fuse.y);
            let half = f64::midpoint(begin.x, end.x);
            let curve = [begin, at(half, begin.y), at(half, end.y), end];
            let strip = rect(fuse.x - FUSE.0, 0.0, box_x - fuse.x + FUSE.0 - 8.0, STRIP);
            Lane {
                part: *part,
                wire: Wire::through(curve, at(box_x, fuse.y)),
                fuse,
                link: at((fuse.x + FUSE.0 + box_x) / 2.0, fuse.y),
                bulkhead: Rect { y: fuse.y - FUSE.1 - STRIP - 3.0, ..strip },
                pool: Rect { y: fuse.y + FUSE.1 + 3.0, ..strip },
                place: rect(box_x, fuse.y - box_height / 2.0, box_width, box_height),
            }
        };
        let lanes = topology.parts.iter().enumerate().map(lane).collect();
        Self { crowd, service, inbound, lanes, upright: false, needed: height, topology }
    }

    fn from_top(width: f64, topology: Topology) -> Self {
        let middle = width / 2.0;
        let across = whole((width - 16.0) / PITCH).clamp(1, 30);
        let mut crowd = Crowd::new(topology.clients, across..=across, 10.0);
        crowd.place.x = middle - crowd.place.width / 2.0;
        crowd.place.y = 46.0;
        let start = crowd.place.bottom() + 6.0;
        let service = topology.service.map(|service| {
            let strips =
                u32::from(service.jobs.is_some()) + u32::from(service.shared_pool.is_some());
            let high = 200.0 + 44.0 * f64::from(strips);
            rect(8.0, start + 48.0, width - 16.0, high)
        });
        let inbound =
            service.map(|service| Wire::straight(at(middle, start), at(middle, service.y)));
        let from = service.map_or(start, |service| service.bottom());
        let (trunk, fuse_x, box_x) = (18.0, 56.0, 108.0);
        let box_height = box_height(true);
        let mut y = from + 24.0;
        let mut lanes = Vec::new();
        for (n, part) in topology.parts.iter().enumerate() {
            let trunk = trunk + 2.0 * float(n);
            let place = rect(box_x, y, width - 8.0 - box_x, box_height);
            let fuse = at(fuse_x, place.middle().y);
            let end = at(fuse.x - FUSE.0 + 4.0, fuse.y);
            let curve = [at(trunk, from), at(trunk, from), at(trunk, end.y), end];
            let below =
                |row: f64| rect(box_x, place.bottom() + 3.0 + row * STRIP, place.width, STRIP);
            let first = f64::from(u8::from(part.bulkhead));
            lanes.push(Lane {
                part: *part,
                wire: Wire::through(curve, at(box_x, fuse.y)),
                fuse,
                link: at(box_x - 14.0, fuse.y),
                bulkhead: below(0.0),
                pool: below(first),
                place,
            });
            y = below(first).bottom() + 14.0;
        }
        let needed = lanes.last().map_or(HEIGHT_MIN, |lane: &Lane| lane.pool.bottom() + 8.0);
        Self { crowd, service, inbound, lanes, upright: true, needed, topology }
    }

    /// A wire by its index; the clients' wire is the first.
    pub(super) fn wire(&self, n: usize) -> Option<&Wire> {
        match (&self.inbound, n) {
            (Some(inbound), 0) => Some(inbound),
            (inbound, n) => Some(&self.lanes.get(n - usize::from(inbound.is_some()))?.wire),
        }
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

    /// The dependency whose fuse is at this point, with a margin for fingers.
    pub(super) fn fuse_at(&self, point: Point) -> Option<Dependency> {
        let near = |lane: &&Lane| {
            (lane.fuse.x - point.x).abs() <= FUSE.0 + 3.0 && (lane.fuse.y - point.y).abs() <= 22.0
        };
        self.lanes.iter().find(near).map(|lane| lane.part.on)
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

/// Touch screens need taller buttons.
const fn box_height(touch: bool) -> f64 {
    if touch { 124.0 } else { 108.0 }
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) on: Dependency,
    /// The number of requests that it processes at a time.
    pub(super) slots: u32,
    /// Connections of the pool that only this dependency uses.
    pub(super) pool: Option<u32>,
    /// Whether the service has a breaker and a bulkhead around it, on or off.
    pub(super) breaker: bool,
    pub(super) bulkhead: bool,
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
        let has =
            |kind| service.is_some() && config.layers.iter().any(|layer| layer.kind() == kind);
        Self {
            on,
            slots: config.server.concurrency,
            pool: own_pool.map(|pool| pool.max_connections),
            breaker: has(LayerKind::Breaker),
            bulkhead: has(LayerKind::Bulkhead),
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
        let part = Part { pool: Some(20), breaker: true, bulkhead: true, ..topology.parts[0] };
        topology.parts =
            Dependency::ALL[..dependencies].iter().map(|&on| Part { on, ..part }).collect();
        topology
    }

    fn without_service(clients: u32) -> Topology {
        let herd = presets::find("herd-immediate").expect("a preset");
        Topology { clients, ..Topology::of(&(herd.scenario)()) }
    }

    fn overlap(a: &Rect, b: &Rect) -> bool {
        a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom()
    }

    fn check(width: f64, touch: bool, topology: &Topology) {
        let layout = Layout::new(width, 0.0, touch, topology.clone());
        let height = layout.needed;
        let mut boxes = vec![layout.crowd.place];
        boxes.extend(layout.service);
        for lane in &layout.lanes {
            boxes.push(lane.place);
            let fuse = rect(lane.fuse.x - FUSE.0, lane.fuse.y - FUSE.1, FUSE.0 * 2.0, FUSE.1 * 2.0);
            boxes.extend([fuse, lane.pool]);
            boxes.extend(Some(lane.bulkhead).filter(|_| lane.part.bulkhead));
            assert!(lane.link.x - 10.0 >= fuse.right() && lane.link.x + 10.0 <= lane.place.x);
        }
        let what = format!("{width}, touch {touch}, {} dependencies", topology.parts.len());
        for (n, a) in boxes.iter().enumerate() {
            assert!(a.x >= 0.0 && a.right() <= width, "{what}: {a:?} is outside");
            assert!(a.y >= 0.0 && a.bottom() <= height, "{what}: {a:?} is outside of {height}");
            for b in &boxes[n + 1..] {
                assert!(!overlap(a, b), "{what}: {a:?} over {b:?}");
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
    fn a_fuse_is_found_where_it_is() {
        let layout = Layout::new(800.0, 440.0, false, topology(3, 100));
        for lane in &layout.lanes {
            assert_eq!(layout.fuse_at(lane.fuse), Some(lane.part.on));
        }
        assert_eq!(layout.fuse_at(at(5.0, 5.0)), None);
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
        assert!(herd.parts.iter().all(|part| part.pool.is_none() && !part.breaker));
    }
}
