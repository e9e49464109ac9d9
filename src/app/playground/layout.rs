//! Where things stand on the stage: pure arithmetic from the size of the canvas.

/// A point in CSS pixels from the top left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

/// A box in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Rect {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A straight way between two places.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Wire {
    pub(super) from: Point,
    pub(super) to: Point,
}

/// A stage of one size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Layout {
    pub(super) clients: Rect,
    /// How many clients stand side by side.
    pub(super) client_columns: u32,
    pub(super) service: Rect,
    pub(super) database: Rect,
    /// Clients to service.
    pub(super) left: Wire,
    /// Service to database.
    pub(super) right: Wire,
}

/// Below this width the way of a request runs from the top to the bottom.
const NARROW: f64 = 560.0;

const CLIENT_PITCH: f64 = 11.0;

impl Layout {
    /// The stage for a canvas of this size and so many clients.
    pub(super) fn new(width: f64, height: f64, clients: u32) -> Self {
        if width < NARROW {
            Self::from_top(width, height, clients)
        } else {
            Self::from_left(width, height, clients)
        }
    }

    fn from_left(width: f64, height: f64, clients: u32) -> Self {
        let columns = 8;
        let rows = f64::from(clients.div_ceil(columns));
        let grid = rows * CLIENT_PITCH;
        let middle = height / 2.0 + 10.0;
        let clients = Rect {
            x: 28.0,
            y: middle - grid / 2.0,
            width: f64::from(columns) * CLIENT_PITCH,
            height: grid,
        };
        let service_width = (width * 0.28).clamp(180.0, 230.0);
        let service = Rect {
            x: (width - service_width) * 0.44,
            y: 36.0,
            width: service_width,
            height: height - 56.0,
        };
        let database_width = (width * 0.2).clamp(128.0, 160.0);
        let database = Rect {
            x: width - 24.0 - database_width,
            y: middle - 52.0,
            width: database_width,
            height: 104.0,
        };
        let across = |x| Point { x, y: middle };
        Self {
            client_columns: columns,
            left: Wire { from: across(clients.right() + 6.0), to: across(service.x) },
            right: Wire { from: across(service.right()), to: across(database.x) },
            clients,
            service,
            database,
        }
    }

    fn from_top(width: f64, height: f64, clients: u32) -> Self {
        let columns = if width < 300.0 { 20 } else { 25 };
        let rows = f64::from(clients.div_ceil(columns));
        let middle = width / 2.0;
        let grid = f64::from(columns) * CLIENT_PITCH;
        let clients =
            Rect { x: middle - grid / 2.0, y: 44.0, width: grid, height: rows * CLIENT_PITCH };
        let service = Rect { x: middle - 100.0, y: 204.0, width: 200.0, height: height - 392.0 };
        let database = Rect { x: middle - 80.0, y: height - 108.0, width: 160.0, height: 96.0 };
        let down = |y| Point { x: middle, y };
        Self {
            client_columns: columns,
            left: Wire { from: down(clients.bottom() + 6.0), to: down(service.y) },
            right: Wire { from: down(service.bottom()), to: down(database.y) },
            clients,
            service,
            database,
        }
    }

    /// Where the breaker sits on the wire to the database.
    pub(super) fn fuse(&self) -> Point {
        self.right.at(0.5)
    }

    /// The middle of a client's dot.
    pub(super) fn client(&self, n: u32) -> Point {
        let (column, row) = (n % self.client_columns, n / self.client_columns);
        Point {
            x: self.clients.x + (f64::from(column) + 0.5) * CLIENT_PITCH,
            y: self.clients.y + (f64::from(row) + 0.5) * CLIENT_PITCH,
        }
    }
}

impl Rect {
    pub(super) fn right(&self) -> f64 {
        self.x + self.width
    }

    pub(super) fn bottom(&self) -> f64 {
        self.y + self.height
    }
}

impl Wire {
    /// The point at this share of the way.
    pub(super) fn at(&self, share: f64) -> Point {
        Point {
            x: self.from.x + (self.to.x - self.from.x) * share,
            y: self.from.y + (self.to.y - self.from.y) * share,
        }
    }

    /// The same point, so many pixels to the side of the wire.
    pub(super) fn beside(&self, share: f64, aside: f64) -> Point {
        let Point { x, y } = self.at(share);
        let vertical = (self.to.y - self.from.y).abs() > (self.to.x - self.from.x).abs();
        if vertical { Point { x: x + aside, y } } else { Point { x, y: y + aside } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_on_the_canvas_and_nothing_overlaps() {
        for (width, height) in
            [(262.0, 640.0), (302.0, 640.0), (560.0, 430.0), (760.0, 430.0), (1_100.0, 430.0)]
        {
            let layout = Layout::new(width, height, 200);
            let Layout { clients, service, database, .. } = layout;
            for rect in [clients, service, database] {
                assert!(rect.x >= 0.0 && rect.right() <= width, "{width}: {rect:?}");
                assert!(rect.y >= 0.0 && rect.bottom() <= height, "{width}: {rect:?}");
            }
            for Wire { from, to } in [layout.left, layout.right] {
                let length = (to.x - from.x).hypot(to.y - from.y);
                assert!(length > 30.0, "{width}: a wire of {length}");
                assert!(to.x >= from.x && to.y >= from.y, "{width}: a wire runs back");
            }
        }
    }
}
