"""What EC2 is asked for, and what is made of its answers, without any AWS."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.stub import ANY, Stubber

from chalicelib.adapters.clouds import ec2_sizes
from chalicelib.adapters.clouds.ec2 import EC2, OWNER
from chalicelib.adapters.clouds.ec2_orders import key_name
from chalicelib.domain.errors import NotReady, RefusedByProvider
from chalicelib.ports.clouds import ServerOrder

PUBLIC = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGC1aDxyzTmjgVWuXaJ6IfdgcgEHlOFWHhbmIHvqgA4C me"
ORDER = ServerOrder(
    name="web-1",
    region="eu-central-1",
    size="t3.small",
    tag="test-prov_1",
    tags=("hoster-test",),
    public_key=PUBLIC,
    user_data="#cloud-config\n",
    token="test-prov_1-g1",
)
GROUP = {
    "GroupId": "sg-1",
    "GroupName": "hoster-test-prov_1",
    "IpPermissions": [
        {
            "IpProtocol": "tcp",
            "FromPort": 22,
            "ToPort": 22,
            "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
            "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
        }
    ],
}
IMAGES = [
    {"ImageId": f"ami-{year}", "Name": f"debian-12-amd64-{year}", "CreationDate": f"{year}-01-01"}
    | {"RootDeviceName": "/dev/xvda"}
    for year in (2025, 2026, 2024)
]


def instance(state: str = "pending", number: str = "i-1") -> dict[str, Any]:
    tags = {"Name": "web-1", "hoster:test-prov_1": "", "hoster:hoster-test": "", "other": "x"}
    return {
        "InstanceId": number,
        "State": {"Name": state},
        "LaunchTime": datetime(2026, 1, 1, tzinfo=UTC),
        "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
        "SecurityGroups": [{"GroupId": "sg-1", "GroupName": "x"}],
    }


@contextmanager
def asked(cloud: EC2):
    """An EC2 that answers as a test says, in the order that it says."""
    with Stubber(cloud.ec2) as stub:
        yield stub
        stub.assert_no_pending_responses()


@pytest.fixture
def cloud() -> EC2:
    return EC2("AKIANEVERSHOWN000000", "secret", "eu-central-1")


def before_the_order(stub: Stubber) -> None:
    stub.add_response("describe_images", {"Images": IMAGES}, {"Owners": [OWNER], "Filters": ANY})
    stub.add_client_error("import_key_pair", "InvalidKeyPair.Duplicate")
    stub.add_response("describe_security_groups", {"SecurityGroups": [GROUP]})


def test_order_says_everything_that_a_server_needs(cloud: EC2) -> None:
    sent: dict[str, Any] = {}
    cloud.ec2.meta.events.register(
        "provide-client-params.ec2.RunInstances", lambda params, **_: sent.update(params)
    )
    with asked(cloud) as stub:
        before_the_order(stub)
        stub.add_response("run_instances", {"Instances": [instance()]})

        made = cloud.create(ORDER)

    assert (made.id, made.state, made.user) == ("i-1", "new", "admin")
    assert made.tags == ("hoster-test", "test-prov_1")
    assert sent["ImageId"] == "ami-2026"
    assert sent["InstanceType"] == "t3.small"
    assert sent["KeyName"] == key_name(PUBLIC)
    assert sent["SecurityGroupIds"] == ["sg-1"]
    assert sent["MetadataOptions"]["HttpTokens"] == "required"
    assert sent["MetadataOptions"]["HttpPutResponseHopLimit"] == 1
    [disk] = sent["BlockDeviceMappings"]
    assert disk == {
        "DeviceName": "/dev/xvda",
        "Ebs": {"VolumeSize": 20, "VolumeType": "gp3", "DeleteOnTermination": True},
    }
    assert {spec["ResourceType"] for spec in sent["TagSpecifications"]} == {"instance", "volume"}
    assert len(sent["ClientToken"]) == 64


def tokens_of(cloud: EC2) -> list[str]:
    sent: list[str] = []
    cloud.ec2.meta.events.register(
        "provide-client-params.ec2.RunInstances",
        lambda params, **_: sent.append(params["ClientToken"]),
    )
    return sent


def test_one_generation_has_one_token_and_another_has_another(cloud: EC2) -> None:
    sent = tokens_of(cloud)
    with asked(cloud) as stub:
        for generation in (1, 1, 2):
            before_the_order(stub)
            stub.add_response("run_instances", {"Instances": [instance()]})
            cloud.create(ServerOrder(**{**vars(ORDER), "token": f"test-prov_1-g{generation}"}))

    assert sent[0] == sent[1] != sent[2]


@pytest.mark.parametrize("ended", ["error", "terminated", "shutting-down"])
def test_token_of_a_server_that_ended_leads_to_the_next(cloud: EC2, ended: str) -> None:
    sent = tokens_of(cloud)
    with asked(cloud) as stub:
        for _ in range(2):
            before_the_order(stub)
            if ended == "error":
                stub.add_client_error("run_instances", "IdempotentInstanceTerminated")
            else:
                stub.add_response("run_instances", {"Instances": [instance(ended, "i-0")]})
            stub.add_response("run_instances", {"Instances": [instance("pending", "i-2")]})
            assert cloud.create(ORDER).id == "i-2"

    assert sent[0] != sent[1]
    assert sent[:2] == sent[2:]


def test_token_that_was_used_with_an_older_image_finds_its_server(cloud: EC2) -> None:
    found = {"Reservations": [{"Instances": [instance("shutting-down", "i-0"), instance()]}]}
    with asked(cloud) as stub:
        before_the_order(stub)
        stub.add_client_error("run_instances", "IdempotentParameterMismatch")
        stub.add_response("describe_instances", found)
        assert cloud.create(ORDER).id == "i-1"
        before_the_order(stub)
        stub.add_client_error("run_instances", "IdempotentParameterMismatch")
        stub.add_response("describe_instances", {"Reservations": []})

        with pytest.raises(NotReady):
            cloud.create(ORDER)


def test_group_that_is_not_shown_yet_is_waited_for(cloud: EC2) -> None:
    with asked(cloud) as stub:
        before_the_order(stub)
        stub.add_client_error("run_instances", "InvalidGroup.NotFound")

        with pytest.raises(NotReady):
            cloud.create(ORDER)


def test_rule_that_is_there_already_is_left(cloud: EC2) -> None:
    with asked(cloud) as stub:
        stub.add_response("describe_security_groups", {"SecurityGroups": [GROUP]})
        for code in (True, True, False):
            if code:
                stub.add_client_error(
                    "authorize_security_group_ingress", "InvalidPermission.Duplicate"
                )
            else:
                stub.add_response("authorize_security_group_ingress", {})

        assert cloud.groups.admit("test-prov_1", ("22/tcp", "80/tcp"), only=True) == "sg-1"


def test_listing_is_read_to_its_last_page(cloud: EC2) -> None:
    with asked(cloud) as stub:
        for number, token in (("i-2", "more"), ("i-1", "")):
            page: dict[str, Any] = {"Reservations": [{"Instances": [instance("running", number)]}]}
            stub.add_response("describe_instances", page | ({"NextToken": token} if token else {}))

        assert [server.id for server in cloud.find("test-prov_1")] == ["i-1", "i-2"]


@pytest.mark.parametrize("region", ["moon1", "eu-central-1.example.com", "us-gov-west-1", "a b"])
def test_region_that_is_none_of_aws_is_refused_before_anything_is_sent(region: str) -> None:
    with pytest.raises(RefusedByProvider, match="no region"):
        EC2("AKIANEVERSHOWN000000", "secret", region)


def product(name: str, region: str, price: str, **attributes: str) -> str:
    usual = {"instanceType": name, "regionCode": region, "locationType": "AWS Region"}
    dimension = {"unit": "Hrs", "pricePerUnit": {"USD": price}}
    return json.dumps(
        {
            "product": {"attributes": usual | attributes},
            "terms": {"OnDemand": {"a": {"priceDimensions": {"b": dimension}}}},
        }
    )


TYPES = {
    "InstanceTypes": [
        {
            "InstanceType": name,
            "VCpuInfo": {"DefaultVCpus": 2},
            "MemoryInfo": {"SizeInMiB": 2048},
        }
        for name in ("t3.small", "t3.micro", "m6i.large")
    ]
}


def test_prices_are_those_of_the_list_region_by_region(cloud: EC2) -> None:
    pricing = cloud._client("pricing", "us-east-1")
    pages = [
        {"PriceList": [product("t3.small", "us-east-1", "0.02")], "NextToken": "more"},
        {
            "PriceList": [
                product("t3.small", "eu-central-1", "0.03"),
                product("t3.small", "us-east-1-bos-1", "0.9", locationType="AWS Local Zone"),
                product("t3.small", "eu-west-1", "0.0000"),
                "{}",
            ]
        },
    ]
    with asked(cloud) as stub, Stubber(pricing) as list_stub:
        stub.add_response("describe_instance_types", TYPES)
        for page in pages:
            list_stub.add_response("get_products", page)

        sizes = ec2_sizes.offered(cloud.ec2, pricing, "eu-central-1")

    micro, small, large = sizes
    assert (micro.id, small.id, large.id) == ("t3.micro", "t3.small", "m6i.large")
    assert small.prices == {"us-east-1": 0.02, "eu-central-1": 0.03}
    assert (small.price_hourly, small.price_monthly) == (0.03, 21.9)
    assert small.regions == ("eu-central-1", "us-east-1")
    assert (large.price_hourly, large.price_monthly, large.regions) == (None, None, ())


@pytest.mark.parametrize(("region", "price"), [("us-east-1", 0.0208), ("eu-central-1", None)])
def test_key_that_may_not_read_prices_sees_the_listed_ones_alone(
    cloud: EC2, region: str, price: float | None
) -> None:
    pricing = cloud._client("pricing", "us-east-1")
    with asked(cloud) as stub, Stubber(pricing) as list_stub:
        stub.add_response("describe_instance_types", TYPES)
        list_stub.add_client_error("get_products", "AccessDeniedException", http_status_code=400)

        small = ec2_sizes.offered(cloud.ec2, pricing, region)[1]

    assert (small.id, small.price_hourly, small.regions) == ("t3.small", price, ())
    assert small.prices == {"us-east-1": 0.0208}
