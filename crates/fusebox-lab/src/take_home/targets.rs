//! The targets, one table a file.

mod aws;
mod dotnet;
mod envoy;
mod fusebox;
mod gateway;
mod go;
mod grpc;
mod istio;
mod javascript;
mod python;
mod resilience4j;
mod shared;
mod tower;

use super::table::Target;

/// All targets.
pub const TARGETS: [&Target; 15] = [
    &resilience4j::RESILIENCE4J,
    &dotnet::MICROSOFT,
    &dotnet::POLLY,
    &istio::ISTIO,
    &envoy::ENVOY,
    &gateway::GATEWAY,
    &go::FAILSAFE_GO,
    &go::GOBREAKER,
    &javascript::COCKATIEL,
    &javascript::OPOSSUM,
    &python::PYTHON,
    &tower::TOWER,
    &grpc::GRPC,
    &aws::AWS,
    &fusebox::FUSEBOX,
];
