"""A cluster in a box: three machines, stores and a balancer in network namespaces of this one.

    with running() as cluster:
        httpx.post(cluster.url + "/tts", headers=cluster.headers, json={"text": "Hello"})
        cluster.machines["worker-1"].kill()

`python -m clusterbox`, which is `make cluster`, does so for people.
"""
