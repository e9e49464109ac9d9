//! The settings of the herd's outage.

use super::kind::{Kind, count};
use super::table::{Access, Table, knob};
use crate::lab::herd::Outage;

/// The settings of the outage that hits a herd.
pub const HERD: &Table<Outage> = &Table {
    name: "herd",
    fresh: Outage::default,
    items: &[&[
        knob(
            "clients",
            "Clients",
            "How many clients there are, all of which call at the moment of the outage.",
            count("clients", Outage::CLIENTS.0, Outage::CLIENTS.1),
            Access::Number(|outage| Some(&mut outage.clients)),
        ),
        knob(
            "outage",
            "Outage",
            "How long the database is down.",
            Kind::Time { min: Outage::LENGTH.0, max: Outage::LENGTH.1 },
            Access::Time(|outage| Some(&mut outage.length)),
        ),
    ]],
    one_of: &[],
};
