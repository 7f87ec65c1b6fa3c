"""x"""

from fastapi import APIRouter


def router(shelf: object) -> APIRouter:
    """x"""
    return APIRouter()
