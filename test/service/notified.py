# Prints each message that comes in at a socket of datagrams, as a line of JSON.
import array
import json
import os
import socket
import sys

path = sys.argv[1]
with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as inbox:
    inbox.bind(path)
    print("listening", flush=True)
    while True:
        data, ancillary, _, _ = inbox.recvmsg(65536, 1024)
        # Who sends waits until what came along is closed.
        for level, kind, content in ancillary:
            if kind == socket.SCM_RIGHTS:
                descriptors = array.array("i")
                descriptors.frombytes(content[: len(content) - len(content) % 4])
                for descriptor in descriptors:
                    os.close(descriptor)
        print(json.dumps(data.decode()), flush=True)
