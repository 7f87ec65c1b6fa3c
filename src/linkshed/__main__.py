"""python -m linkshed"""

from linkshed.serve.cli import main

if __name__ == "__main__":
    main()
